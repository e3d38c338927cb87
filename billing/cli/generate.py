"""`image-billing generate`: one billed call through the official SDK, from quote to receipt."""

from __future__ import annotations

from pathlib import Path

import click

from billing.cli import screen
from billing.cli.asked import Asked, request_options
from billing.cli.image_files import ImageNotSaved, save
from billing.cli.ledger_file import open_ledger
from billing.cli.options import database_option, json_option
from billing.cli.price_source import Source, catalog_option, source_of
from billing.cli.quote import show_quote
from billing.cli.receipts import receipt_json, receipt_line
from billing.client import Billing, Receipt
from billing.errors import MissingExtra
from billing.ledger import Ledger
from pricing import Quote


@click.command(
    epilog="Example: image-billing generate 'a red fox' --account acme --size 1024x1024 --out ."
)
@click.argument("prompt")
@click.option("--account", metavar="CODE", required=True, help="Who pays.")
@request_options
@catalog_option
@click.option("--edit-image", metavar="URL", multiple=True, help="Edit this image; repeatable.")
@click.option("--base-url", metavar="URL", help="Default: OPENAI_BASE_URL, else OpenAI's.")
@click.option("--key", help="Idempotency key: a paid key is answered from the ledger.")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Save the images here.",
)
@database_option
@json_option
def generate(
    *,
    prompt: str,
    account: str,
    asked: Asked,
    book: str,
    catalog_file: str | None,
    edit_image: tuple[str, ...],
    base_url: str | None,
    key: str | None,
    out: Path | None,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Make images: quote, hold the money, call once, pay for what arrived.

    The key is read from OPENAI_API_KEY, as the SDK does. A call whose outcome nobody can know
    leaves its money in doubt: see `image-billing holds list`.
    """
    source = source_of(
        book=book,
        catalog_file=catalog_file,
        account=account,
        database_url=database_url,
        model=asked.model,
        at=None,
    )
    fields = asked.fields(source.seller.model)
    if edit_image:
        fields["image"] = list(edit_image)
    endpoint = "edits" if edit_image else "generations"
    quote = source.quote({**fields, "prompt": prompt}, endpoint)
    if not as_json:
        show_quote(quote)
    with open_ledger(database_url, may_make=True) as ledger:
        receipt, images = _call(
            ledger,
            {**fields, "prompt": prompt},
            source=source,
            base_url=base_url,
            out=out,
            billing={"account": account, **({"key": key} if key else {})},
        )
    _show(quote, receipt, images, out=out, as_json=as_json)


def _show(
    quote: Quote,
    receipt: Receipt,
    images: list[tuple[str | None, str | None]],
    *,
    out: Path | None,
    as_json: bool,
) -> None:
    """The receipt and the images; raises what was not captured or not saved."""
    try:
        answer, failures = _saved(receipt, images, out)
    except KeyboardInterrupt:
        from billing.cli.call_failures import not_saved

        raise not_saved(receipt) from None
    if as_json:
        paid = receipt_json(receipt)
        screen.print_json({"quote": quote.as_dict(), "receipt": paid, "images": answer})
    else:
        click.echo(receipt_line(receipt))
        for image in answer:
            screen.say(image["file"] or image["url"] or "(base64; use --out DIR to save it)")
    if receipt.state != "captured":
        from billing.cli.call_failures import not_captured

        raise not_captured(receipt, delivered=len(images))
    if failures:
        if not as_json:
            key = receipt.hold.key
            screen.say(f"note: --key {key} asks for them again and costs nothing", err=True)
        raise failures[0]


def _call(
    ledger: Ledger,
    fields: dict[str, object],
    *,
    source: Source,
    base_url: str | None,
    out: Path | None,
    billing: Billing,
) -> tuple[Receipt, list[tuple[str | None, str | None]]]:
    """The receipt, and address or base64 of every image; the SDK is imported here."""
    try:
        import openai
    except ImportError:
        raise MissingExtra("openai", "generate") from None
    from billing.cli.call_failures import call_failure
    from billing.client import bill

    try:
        with openai.OpenAI(base_url=base_url) as client:
            if out is not None:  # a folder that cannot be made must cost nothing
                out.mkdir(parents=True, exist_ok=True)
            billed = bill(client, ledger, book=source.book, catalog=source.catalog)
            send = billed.images.edit if "image" in fields else billed.images.generate
            result = send(**fields, billing=billing)
    except (Exception, KeyboardInterrupt) as error:
        failure = call_failure(error)
        if failure is None:
            raise
        raise failure from error
    return result.billing, [(image.url, image.b64_json) for image in result.data or ()]


def _saved(
    receipt: Receipt, images: list[tuple[str | None, str | None]], out: Path | None
) -> tuple[list[dict[str, str | None]], list[ImageNotSaved]]:
    """Where each image is, and what could not be saved; the receipt is shown in any case."""
    answer: list[dict[str, str | None]] = []
    failures: list[ImageNotSaved] = []
    for number, (url, b64) in enumerate(images, start=1):
        file: Path | None = None
        if out is not None and (url or b64):
            try:
                file = save(out, f"{receipt.hold.id}-{number}", url=url, b64=b64)
            except ImageNotSaved as failure:
                failures.append(failure)
        answer.append({"url": url, "file": str(file) if file else None})
    return answer, failures
