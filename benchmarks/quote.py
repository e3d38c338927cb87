"""What a fully checked quote costs against the floor: one dict lookup and one multiplication.

    python benchmarks/quote.py

Prints medians over interleaved rounds, so that a busy machine slows every line alike: trust the
ratios, not the microseconds. Also the import of `pricing` against that of `pydantic`. Ends with 1
when a ratio is above its limit.
"""

from __future__ import annotations

import subprocess
import sys
import timeit
from collections.abc import Callable
from decimal import Decimal
from statistics import median

from benchmarks.figures import tell
from pricing import Catalog, ImageRequest, PriceBook, Quote

ROUNDS = 9
CALLS = 20_000
IMPORTS = 7

SIZE, QUALITY, N = "1024x1024", "high", 4

#: What a line may cost at most, in times of the floor, or of `import pydantic`.
LIMITS = {"quote(dict of priced fields)": 10.0, "quote(ImageRequest)": 5.0, "import pricing": 2.5}
CATALOG = """
schema_version: 1
models: {gpt-image-2: {price: openai-gpt-image-2}}
plans: {partner: {discount: "0.15"}}
accounts: {acme: {plan: partner}}
"""


def contenders() -> dict[str, Callable[[], object]]:
    """What is timed, by name; the first is the floor."""
    book = PriceBook.load("openai-gpt-image-2")
    prices = {(cell.size, cell.quality): cell.unit_price for cell in book.cells()}
    body: dict[str, object] = {"model": book.model, "size": SIZE, "quality": QUALITY, "n": N}
    call = body | {"prompt": "a red fox", "response_format": "url", "output_format": "png"}
    request = ImageRequest.from_mapping(body)
    quote = book.quote
    account_quote = Catalog.loads(CATALOG).quote

    def floor() -> Decimal:
        return prices[SIZE, QUALITY] * N

    def from_dict() -> Quote:
        return quote(body)

    def from_request() -> Quote:
        return quote(request)

    def from_call() -> Quote:
        return quote(call)

    def from_catalog() -> Quote:
        return account_quote(body, account="acme")

    return {
        "floor: lookup and multiplication": floor,
        "quote(dict of priced fields)": from_dict,
        "quote(ImageRequest)": from_request,
        "quote(dict of a whole call)": from_call,
        "catalog.quote(dict, account)": from_catalog,
    }


def measured(timed: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median seconds a call, rounds interleaved."""
    seconds: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(ROUNDS):
        for name, function in timed.items():
            seconds[name].append(min(timeit.repeat(function, number=CALLS, repeat=3)) / CALLS)
    return {name: median(values) for name, values in seconds.items()}


def import_seconds(modules: tuple[str, ...]) -> dict[str, float]:
    """Median seconds of an import in a fresh interpreter, its own start subtracted."""
    seconds: dict[str, list[float]] = {module: [] for module in modules}
    code = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
    for _ in range(IMPORTS):
        for module in modules:
            command = [sys.executable, "-c", code.format(module)]
            output = subprocess.run(command, capture_output=True, check=True, text=True).stdout
            seconds[module].append(float(output))
    return {module: median(values) for module, values in seconds.items()}


def main() -> int:
    """Print one line a contender: time, ratio, limit; 1 when a limit is passed."""
    calls = measured(contenders())
    floor = next(iter(calls.values()))
    passed = 0
    for name, seconds in calls.items():
        passed += report(name, f"{seconds * 1e6:7.2f} us", seconds / floor, "floor")
    imports = import_seconds(("pydantic", "pricing"))
    for module, seconds in imports.items():
        ratio = seconds / imports["pydantic"]
        passed += report(f"import {module}", f"{seconds * 1e3:7.1f} ms", ratio, "pydantic")
    return min(passed, 1)


def report(name: str, figure: str, ratio: float, peer: str) -> bool:
    """Print a line; whether its ratio is above its limit."""
    limit = LIMITS.get(name)
    allowed = f"   at most {limit:g}" if limit else ""
    print(f"{name:36} {figure}  {ratio:6.2f} x {peer:9}{allowed}")
    if ratio == 1:  # the floor, or the peer itself
        return False
    return tell(name, against=peer, ratio=ratio, at_most=limit, note=figure.strip())


if __name__ == "__main__":
    sys.exit(main())
