"""A catalog by which `acme` pays a quarter more than the call costs us, and a call."""

from __future__ import annotations

CATALOG = """
schema_version: 1
models:
  gpt-image-2: {price: openai-gpt-image-2, cost: openai-gpt-image-2}
plans:
  partner: {markup: "0.25"}
accounts:
  acme: {plan: partner}
"""
REQUEST = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 4}
