"""Every error code has its section under docs/errors, and every section its code."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from cine_forge.cli.errors import sections

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "errors"

_CODE = re.compile(r"\bCF-[A-Z]\d{3}\b")
_HEADING = re.compile(r"^## (CF-[A-Z]\d{3}) (\S.*)$", re.MULTILINE)


def codes_in_code() -> set[str]:
    """Return each code that a string of the shipped code says, docstrings and comments included."""
    files = [*ROOT.glob("cine_forge/**/*.py"), *ROOT.glob("modules/**/*.py")]
    return {code for file in files for code in _CODE.findall(file.read_text())}


def headings() -> list[tuple[str, str]]:
    """Return code and title of every section."""
    return [found for page in sorted(PAGES.glob("*.md")) for found in _HEADING.findall(page.read_text())]


def test_every_code_has_a_section() -> None:
    assert not sorted(codes_in_code() - {code for code, _ in headings()})


def test_every_section_has_a_code() -> None:
    assert not sorted({code for code, _ in headings()} - codes_in_code())


def test_no_code_is_explained_twice() -> None:
    assert not [code for code, count in Counter(code for code, _ in headings()).items() if count > 1]


def test_every_section_says_what_happened_and_what_to_do() -> None:
    thin = [code for code, text in sections(PAGES).items() if len(text.splitlines()) < 3]
    assert not thin
