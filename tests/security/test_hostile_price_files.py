"""Price books, catalogs and request files made to hurt: refused by name, and in little memory."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pricing import BookError, Catalog, CatalogError, PriceBook
from pricing.book_yaml import NODES_MAX

#: What a command may take at most, its interpreter and libraries included; the files have 100 MB.
MEBIBYTES_MAX = 128
_PROGRAM = (
    "import pathlib, sys\n"
    "from billing.cli import main\n"
    "try:\n"
    "    main(prog_name='image-billing')\n"
    "finally:\n"
    # Not getrusage: a process starts with the peak of the one that made it.
    "    peak = pathlib.Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0]\n"
    "    print(int(peak) // 1024, file=sys.stderr)\n"
)

BOOK = """
schema_version: 1
id: small
model: m
currency: USD
quality: {allowed: [high], default: high}
n: {min: 1, max: 8, default: 1}
sizes: {1024x1024: 1K}
rates:
  - {effective_from: 2026-01-01, basis: contract, source: s, checked: 2026-01-01,
     generations: {1K: {high: "0.1"}}}
"""
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
HOSTILE = {
    "an alias bomb": BOMB,
    "an alias that contains itself": "a: &a [*a, *a]\n",
    "a merge bomb": "a: &a {x: 1}\n" + "".join(f"b{n}: {{<<: *a}}\n" for n in range(60_000)),
    "deep nesting in brackets": "[" * 100_000,
    "deep nesting in braces": "a: " + "{a: " * 100_000,
    "deep nesting by indent": "".join(f"{' ' * n}a:\n" for n in range(1_200)),
    "a tag that makes objects": "id: !!python/object/apply:os.system [echo pwned]\n",
    "a tag of a stranger": "id: !include /etc/passwd\n",
    "a key that is a list": "? [a, b]\n: c\n",
    "a NUL": "id: a\0b\n",
    "an escape code": 'id: "\\e[31m"\n',
    "an integer of a million digits": f"schema_version: {'9' * 900_000}\n",
    "an integer of sixty parts": f"schema_version: {':'.join(['59'] * 100_000)}\n",
    "an exponent": "schema_version: 1e999999999\n",
    "a document beside another": f"{BOOK}---\n{BOOK}",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Files of 100 MB that have no line, no field or no text that ends."""
    made = tmp_path_factory.mktemp("large")
    block = b"x" * 1_000_000
    beginnings = {
        "book.yaml": b"schema_version: ",
        "header.csv": b"",
        "field.csv": b"size,quality,n,prompt\n1024x1024,high,1,",
        "quoted.csv": b'size,quality,n,prompt\n1024x1024,high,1,"',
        "requests.jsonl": b'{"size": "1024x1024", "prompt": "',
        "usage.csv": b"model,size,n\ngpt-image-2,1024x1024,",
    }
    for name, beginning in beginnings.items():
        with (made / name).open("wb") as file:
            file.write(beginning)
            file.writelines([block] * 100)
    with gzip.open(made / "book.yaml.gz", "wb", compresslevel=1) as packed:
        packed.writelines([block] * 100)
    yield made
    for path in made.iterdir():
        path.unlink()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_book_or_catalog_is_refused_by_name(text: str) -> None:
    with pytest.raises(BookError) as book:
        PriceBook.loads(text)
    with pytest.raises(CatalogError) as catalog:
        Catalog.loads(text.encode())
    for refusal in (book.value, catalog.value):
        assert refusal.problems
        # What is said of a file can be read, whatever is in it.
        assert len(refusal.message) < 10_000


def test_reading_stops_where_values_are_too_many() -> None:
    # The rest of the text is no YAML: nobody has looked at it.
    text = "".join(f"k{n}: 1\n" for n in range(NODES_MAX // 2)) + "}" * 100
    with pytest.raises(BookError, match="too much data"):
        PriceBook.loads(text)


@pytest.mark.parametrize("name", ["model", "source"])
@pytest.mark.parametrize("code", [r"\e[31m", r"\x9b31m", r"\u202e", r"\n", r"\0", r"\a"])
def test_no_name_in_a_book_has_a_control_character(name: str, code: str) -> None:
    given = {"model": "m", "source": "s"}[name]
    with pytest.raises(BookError) as refused:
        PriceBook.loads(BOOK.replace(f"{name}: {given}", f'{name}: "a{code}b"', 1))
    (problem,) = refused.value.problems
    assert problem.path.endswith(name)
    assert "control characters" in problem.message


def test_a_catalog_reads_no_file_that_is_not_a_price_book(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("password: hunter2\n")
    catalog = f"schema_version: 1\nmodels: {{m: {{price: '{secret}'}}}}\n"
    with pytest.raises(CatalogError) as refused:
        Catalog.loads(catalog)
    assert "hunter2" not in refused.value.message


@pytest.mark.parametrize(
    "command",
    [
        ("prices", "check", "book.yaml"),
        ("prices", "check", "book.yaml.gz"),
        ("quote", "--size", "1024x1024", "--book", "book.yaml"),
        ("prices", "margin", "--catalog", "book.yaml"),
        ("quote", "--file", "header.csv"),
        ("quote", "--file", "field.csv"),
        ("quote", "--file", "quoted.csv"),
        ("quote", "--file", "requests.jsonl"),
        ("prices", "diff", "openai-gpt-image-2", "openai-gpt-image-2", "--usage", "usage.csv"),
    ],
    ids=" ".join,
)
def test_a_file_of_100_megabytes_without_an_end_takes_little_memory(
    command: tuple[str, ...], folder: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    *said, mebibytes = done.stderr.splitlines()
    assert done.returncode in (1, 3), done.stderr
    assert "Traceback" not in done.stderr
    assert said
    assert int(mebibytes) < MEBIBYTES_MAX
