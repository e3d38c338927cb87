"""A call of which much is told, with a key and a prompt that are not."""

from __future__ import annotations

from typing import Any

from openai import OpenAI

from billing import Ledger, bill
from billing.testing import Action, ScriptedProvider

KEY, PROMPT = "sk-canary-key", "a canary in a prompt"
FIELDS: dict[str, Any] = {"model": "gpt-image-2", "prompt": PROMPT, "size": "1024x1024", "n": 2}


def called(ledger: Ledger, account: str, *script: Action, **more: object) -> None:
    """One call, to a provider that plays the script."""
    with (
        ScriptedProvider(script) as provider,
        OpenAI(base_url=provider.base_url, api_key=KEY, timeout=10) as sdk,
    ):
        bill(sdk, ledger, account=account).images.generate(**{**FIELDS, **more})
