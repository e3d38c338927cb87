"""The whole story on a throw-away ledger: real calls over HTTP, checked as it goes, nothing staged.

It needs the extras `openai` and `sandbox`; `billing.demo.story` tells it.
"""
