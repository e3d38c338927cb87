"""What the site has beyond the pages of this folder: benchmarks, the changelog, links out of it."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).parents[1]
#: Pages that are files elsewhere in the project, by their place on the site.
ELSEWHERE: Final = {
    "benchmarks.md": "benchmarks/README.md",
    "results.md": "benchmarks/RESULTS.md",
    "changelog.md": "CHANGELOG.md",
    "readme.md": "README.md",
}
_LINK: Final = re.compile(r"(?<=\]\()(?P<to>[^)\s#:]+)(?P<anchor>#[^)\s]*)?(?=\))")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from elsewhere."""
    for place, source in ELSEWHERE.items():
        if (ROOT / source).exists():
            text = (ROOT / source).read_text(encoding="utf-8")
            files.append(File.generated(config, place, content=text))
    files.append(File.generated(config, "decisions/index.md", content=_decisions()))
    return files


def _decisions() -> str:
    """The list of the decision records, by their titles."""
    records = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    titles = [(each.name, each.read_text(encoding="utf-8").splitlines()[0]) for each in records]
    lines = [f"- [{title.removeprefix('# ')}]({name})" for name, title in titles]
    return "\n".join(
        ["# Decisions", "", "What was decided, why, and what was refused.", "", *lines]
    )


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Turn links to files of the project into links to pages, or into the names of the files."""
    place = page.file.src_uri
    home = posixpath.dirname(ELSEWHERE.get(place, f"docs/{place}"))
    by_source = {source: site for site, source in ELSEWHERE.items()}

    def lead(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(home, found["to"]))
        site = by_source.get(target, target.removeprefix("docs/"))
        if files.get_file_from_path(site) is None:
            return f"{found['to']}{found['anchor'] or ''}"
        return posixpath.relpath(site, posixpath.dirname(place) or ".") + (found["anchor"] or "")

    led = _LINK.sub(lead, markdown)
    return _without_dead_ends(led, place, files)


def _without_dead_ends(markdown: str, place: str, files: Files) -> str:
    """Links to files that are no pages become their text: the site stands alone."""

    def keep(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(place), found["to"]))
        known = files.get_file_from_path(target) is not None or "://" in found["to"]
        return found[0] if known else found["text"]

    pattern = r"\[(?P<text>[^\]]+)\]\((?P<to>[^)\s#]+)(?:#[^)\s]*)?\)"
    return re.sub(pattern, keep, markdown)
