"""HTML read back with the standard library: a strict tree, its tables and its cards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser

VOID = ("meta", "link")
Rows = list[list[str]]


@dataclass
class Node:
    """An element; texts and elements inside it in their order."""

    tag: str
    attributes: dict[str, str]
    inside: list[Node | str] = field(default_factory=list)

    def text(self) -> str:
        return "".join(each if isinstance(each, str) else each.text() for each in self.inside)

    def all(self, *tags: str) -> Iterator[Node]:
        """Elements at any depth, in the order of the page; of these tags, or of any."""
        for each in self.inside:
            if isinstance(each, Node):
                if not tags or each.tag in tags:
                    yield each
                yield from each.all(*tags)

    def one(self, tag: str) -> Node:
        (found,) = self.all(tag)
        return found

    def with_class(self, name: str) -> list[Node]:
        return [each for each in self.all() if name in each.attributes.get("class", "").split()]

    def by_id(self, name: str) -> Node:
        (found,) = (each for each in self.all() if each.attributes.get("id") == name)
        return found


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute of {tag} stands twice"
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"{self.open[-1].tag} is closed by {tag}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def parsed(html: str) -> Node:
    """The page as a tree; what is not closed, or not in order, is an error."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.open == [builder.root], "everything is closed"
    return builder.root


def table_of(page: Node, name: str) -> dict[str, Rows]:
    """`head`, `body` and `foot` of the table with this name, as texts."""
    caption = page.by_id(f"{name}-caption")
    (table,) = (each for each in page.all("table") if caption in list(each.all("span")))
    return {
        part: [[cell.text() for cell in row.all("th", "td")] for row in section.all("tr")]
        for part in ("head", "body", "foot")
        for section in table.all(f"t{part}")
    }


def cards_of(page: Node, name: str) -> dict[str, str]:
    """The cards of a currency: what the figure is called, and the figure."""
    found = {}
    for card in page.by_id(name).one("dl").all("div"):
        figure, *_beside = card.all("dd")
        found[card.one("dt").text()] = figure.text()
    return found


def number(text: str) -> Decimal:
    """The figure in a text such as `1,234.50 USD`."""
    return Decimal(text.split(" ")[0].replace(",", ""))
