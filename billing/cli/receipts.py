"""The receipt of a call on the screen and as JSON."""

from __future__ import annotations

from billing.cli import screen
from billing.client import Receipt
from pricing.money import amount_text, format_amount


def receipt_json(receipt: Receipt) -> dict[str, object]:
    """A receipt as `generate --json` prints it."""
    return {
        "hold_id": receipt.hold.id,
        "account": receipt.hold.account,
        "state": receipt.state,
        "images": receipt.images,
        "amount": amount_text(receipt.amount),
        "held": amount_text(receipt.hold.amount),
        "currency": receipt.currency,
        "request_id": receipt.request_id,
        "repeated": receipt.repeated,
        "over_delivered": receipt.over_delivered,
        "spooled": receipt.spooled,
    }


def receipt_line(receipt: Receipt) -> str:
    """What a call came to, in one line."""
    hold = receipt.hold
    if receipt.state != "captured":
        became = "released" if receipt.state == "voided" else "set aside"
        state = receipt.state.replace("_", " ")
        return f"{state}: {format_amount(hold.amount, hold.currency)} {became}, {hold.id}"
    images = screen.counted(receipt.images, "image")
    if receipt.images != receipt.quote.n:
        images = f"{receipt.images} of {screen.counted(receipt.quote.n, 'image')}"
    paid = f"{images} delivered, {format_amount(receipt.amount, receipt.currency)} paid"
    over = f", {receipt.over_delivered} more came unasked" if receipt.over_delivered else ""
    return f"{paid} before, not again" if receipt.repeated else f"{paid}{over}"
