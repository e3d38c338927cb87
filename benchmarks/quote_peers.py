"""A checked quote against what people price images with today: genai-prices and LiteLLM.

    pip install -r benchmarks/requirements.txt
    python benchmarks/quote_peers.py

Nothing is downloaded: both read the prices of their own wheels. Each row does what it can:
LiteLLM's quote on the OpenAI route answers 0, genai-prices needs the token count of the finished
image; ours checks every field of the request. All rows are measured in interleaved rounds: trust
the ratios. Ends with 1 when a ratio is below its goal.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import timeit
import warnings
from collections.abc import Callable
from importlib.metadata import version
from statistics import median

from benchmarks.figures import tell
from pricing import PriceBook

ROUNDS = 7
#: 1024x1024 high by the formula in the head of the bundled book, four images.
TOKENS = 7024 * 4
SIZE, QUALITY, N = "1024x1024", "high", 4

#: How many times faster ours has to be.
GOALS = {"genai-prices calc_price": 45.0, "litellm completion_cost": 55.0}


def ours() -> Callable[[], object]:
    book = PriceBook.load("openai-gpt-image-2")
    body = {"model": "gpt-image-2", "size": SIZE, "quality": QUALITY, "n": N}
    return lambda: book.quote(body)


def genai_prices() -> Callable[[], object]:
    genai = importlib.import_module("genai_prices")
    usage = genai.Usage(input_tokens=0, output_tokens=TOKENS)
    return lambda: genai.calc_price(usage, "gpt-image-2", provider_id="openai")


def litellm(*, with_usage: bool) -> Callable[[], object]:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    module = importlib.import_module("litellm")
    types = importlib.import_module("litellm.types.utils")
    vars(module)["suppress_debug_info"] = True
    asked = {
        "model": "gpt-image-2",
        "custom_llm_provider": "openai",
        "call_type": "image_generation",
        "size": SIZE,
        "quality": QUALITY,
        "n": N,
    }
    if with_usage:
        usage = types.ImageUsage(
            input_tokens=0,
            input_tokens_details={"image_tokens": 0, "text_tokens": 0},
            output_tokens=TOKENS,
            total_tokens=TOKENS,
        )
        images = [types.ImageObject(url="u") for _ in range(N)]
        asked["completion_response"] = types.ImageResponse(created=1, data=images, usage=usage)
    return lambda: module.completion_cost(**asked)


def seconds(call: Callable[[], object]) -> float:
    """Best of three short runs, a call."""
    timer = timeit.Timer(call)
    number = max(1, int(0.05 / max(timer.timeit(20) / 20, 1e-7)))
    return min(timer.repeat(3, number)) / number


def main() -> int:
    """Print a line a peer; 1 when a goal is missed."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    rows = {
        "book.quote(dict), fully checked": ours(),
        "genai-prices calc_price": genai_prices(),
        "litellm completion_cost": litellm(with_usage=False),
        "litellm completion_cost, usage": litellm(with_usage=True),
    }
    rounds = [{name: seconds(call) for name, call in rows.items()} for _ in range(ROUNDS)]
    times = {name: median(each[name] for each in rounds) for name in rows}
    base = next(iter(times.values()))
    print(f"genai-prices {version('genai-prices')}, litellm {version('litellm')}")
    missed = 0
    for name, taken in times.items():
        ratio = taken / base
        goal = GOALS.get(name)
        told = f"   at least {goal:g}" if goal else ""
        print(f"{name:34} {taken * 1e6:8.2f} us  {ratio:7.1f} x ours{told}")
        if taken != base:
            missed += tell(name, against="a checked quote of ours", ratio=ratio, at_least=goal)
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main())
