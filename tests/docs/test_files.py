"""The files beside the guides are those that the guides are run with, and the guides link them."""

from __future__ import annotations

import pytest

from tests.docs.files import GUIDES, WITH_FILES, kept_for, made_by


@pytest.mark.parametrize("guide", WITH_FILES)
def test_a_reader_types_along_with_the_files_of_the_guide(guide: str) -> None:
    kept = kept_for(guide)
    text = (GUIDES / f"{guide}.md").read_text("utf-8")

    assert kept == made_by(guide), "renew them: python -m tests.docs.files"
    assert [name for name in kept if f"(files/{guide}/{name})" not in text] == []
