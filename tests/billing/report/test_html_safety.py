"""Nothing that anybody smuggled in runs on the page, and the page asks for nothing."""

from __future__ import annotations

from billing.formats.report_html import report_html
from billing.formats.visible import visible
from tests.billing.report.html_tree import parsed, table_of
from tests.billing.report.pages import busy, page_of, rich

HOSTILE = (
    "<script>alert(1)</script>",
    "\"quotes' & &amp; </td>",
    "</style></title><img src=http://a.example/x.png onerror=alert(1)>",
    "\u202eright to left\u2066",
    "\x00nul\x1b[2J\n\x85",
    "שלום",
    "]]>--><!--",
)


def test_names_stay_names_whatever_is_in_them() -> None:
    page = page_of(busy(HOSTILE), by=("account", "tag:<b onclick=x>team"), change=rich)
    html = report_html(page)
    tree = parsed(html)
    tags = {node.tag for node in tree.all()}
    assert tags.isdisjoint({"script", "img", "iframe", "object", "b", "base", "form", "a:href"})
    assert not [name for node in tree.all() for name in node.attributes if name.startswith("on")]
    assert len(list(tree.all("style"))) == 1
    body = table_of(tree, "rows-table")["body"]
    assert {line[0] for line in body} == {visible(name) for name in HOSTILE}
    hidden = [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
    assert {hex(code) for code in hidden if code != 0x0A and chr(code) in html} == set()
    assert visible("a\nb") == "a␊b"


def test_nothing_on_the_page_is_loaded_from_anywhere() -> None:
    html = report_html(page_of(busy(), change=rich))
    tree = parsed(html)
    ids = {node.attributes["id"] for node in tree.all() if "id" in node.attributes}
    for node in tree.all():
        assert not {"src", "srcset", "data", "action"} & set(node.attributes)
        if "href" in node.attributes:
            target = node.attributes["href"]
            assert target == "data:," or target.removeprefix("#") in ids
    style = tree.one("style").text()
    assert "@import" not in style
    assert style.count("url(") == style.count("url(#texture-")
    (policy,) = (
        each.attributes["content"] for each in tree.all("meta") if "http-equiv" in each.attributes
    )
    assert policy.startswith("default-src 'none';")
