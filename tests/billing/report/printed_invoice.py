"""The invoice of `acme` for the full month of the fixtures, at 19 %, as people read it."""

from __future__ import annotations

TEXT = """\
Invoice of acme for 2025-03 (UTC): the month is over and not closed

description                                          images         each  amount
-------------------------------------------------------------------------------------
gpt-image-2 image generation 1024x1024 high               3  0.210720000    0.63  USD
gpt-image-2 image generation 1024x1024 low                7  0.004020001    0.03  USD
Refund: gpt-image-2 image generation 1024x1024 high                        -0.10  USD
-------------------------------------------------------------------------------------
rounding                                                                    0.00  USD
net                                                                         0.56  USD
tax 19 %                                                                    0.11  USD
total                                                                       0.67  USD

Each line is rounded once (half-even); exact sum: 0.560300007 USD.

Credit note to the invoice of acme for 2025-02: 0.21 USD, before tax, not in the total
"""
