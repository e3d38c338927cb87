"""The usage report as one HTML file that opens anywhere: no network, no script, nothing beside it.

There is no template engine: every text becomes markup in `elements`, which escapes it, so no
template can forget to, and the page needs nothing that is not installed with the core.
"""

from billing.formats.report_html.document import report_html

__all__ = ["report_html"]
