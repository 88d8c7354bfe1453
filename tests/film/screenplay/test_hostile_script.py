"""Scripts that nobody would write: whatever stands in a file, reading it ends soon, in a result or a fault.

Work is counted in calls, not in seconds: twice the input may take 2.6 times the calls at most. Calls do not
show what a regular expression does inside, so every pattern is attacked by itself, by CPU time with a wide
margin: a linear one needs microseconds where the limit is milliseconds.
"""

from __future__ import annotations

import cProfile
import importlib
import io
import pkgutil
import re
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import cycle, pairwise, product
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cine_forge.film.screenplay as screenplay
from cine_forge.film.screenplay.document import Document, ElementType
from cine_forge.film.screenplay.reading import read_source
from cine_forge.film.screenplay.source_text import MOST_BYTES, MOST_LINE_CHARACTERS, decode_source
from cine_forge.kernel.ground.errors import CineForgeError

TEXT_FILES = ("a.fountain", "a.txt", "a.md")
LIFTED = (ElementType.NOTE, ElementType.BONEYARD)
GROWTH = 2.6
LONG = 2_000
SLOW_CPU_S = 0.02
LINES_CPU_S = 0.5
WORDS = (
    "A",
    "a ",
    "A ",
    "1 ",
    "IN ",
    "INT ",
    "SMASH ",
    "late ",
    "in his ",
    "Mc",
    "'s",
    "A-",
    "A'",
    "A.",
    "(a)",
    "(a) ",
    "*a",
    "**a**",
    "_a_",
    "#1",
    ", a",
    "日",
    "MORE ",
    "Rev. ",
    " \t",
    " -",
    "「",
)
UNITS = (*" \tI1*_-.,:'\"()[]#=/—0|?!~>@^\\", *WORDS)
HEADS = ("", "A", "INT. ", "1 ", "(", "*", '"', "ACT I", "Rev. ", "SCENE 1")
TAILS = ("", "x", "!", ")", ":")
SCRIPT = (
    "INT. QUAI ÉTÉ - NIGHT\n\nÉlodie waits.\n\nÉLODIE\n(low)\nTwo o’clock – “now”.\n\n"
    "CUT TO:\n\nEXT. SEA\n\nWaves.\n"
)


def read(text: str | bytes, name: str = "a.fountain") -> Document:
    return read_source(decode_source(name, text.encode() if isinstance(text, str) else text))


def told(document: Document) -> list[tuple[str, str]]:
    return [(one.type.value, one.text) for one in document.elements]


def calls(work: Callable[[], object]) -> int:
    """Count the calls that `work` makes, of Python and of C."""
    watch = cProfile.Profile()
    watch.enable()
    try:
        work()
    finally:
        watch.disable()
    return sum(one.callcount for one in watch.getstats())


def cpu_s(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(screenplay.__path__, f"{screenplay.__name__}."):
        yield importlib.import_module(found.name)


def patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern of the readers by its place; bytes are read line by line before any of these."""
    named: dict[str, re.Pattern[str]] = {}
    for module in modules():
        for name, value in vars(module).items():
            for one in value if isinstance(value, tuple | list) else (value,):
                if isinstance(one, re.Pattern) and isinstance(one.pattern, str):
                    named.setdefault(
                        f"{module.__name__.removeprefix(screenplay.__name__)}.{name} {one.pattern}", one
                    )
    return named


GUARDED = {
    "headings._DASH": "white space is collapsed before it is asked",
}


def slow_on(pattern: re.Pattern[str], heads: Sequence[str], tails: Sequence[str]) -> str | None:
    """Return an attack that takes `pattern` longer than SLOW_CPU_S three times over, or None."""
    for unit, head, tail in product(UNITS, heads, tails):
        line = head + unit * (LONG // len(unit)) + tail
        if all(cpu_s(partial(pattern.search, line)) > SLOW_CPU_S for _ in range(3)):
            return f"{head!r} + {unit!r} * n + {tail!r}"
    return None


def slow_patterns(heads: Sequence[str], tails: Sequence[str]) -> dict[str, str]:
    asked = {name: one for name, one in patterns().items() if not any(part in name for part in GUARDED)}
    found = {name: slow_on(one, heads, tails) for name, one in asked.items()}
    return {name: attack for name, attack in found.items() if attack}


@pytest.mark.row("G3")
def test_no_pattern_takes_long_on_a_long_line() -> None:
    assert slow_patterns(HEADS[:3], TAILS[:2]) == {}


@pytest.mark.sweep
def test_no_pattern_takes_long_on_any_attack() -> None:
    assert slow_patterns(HEADS, TAILS) == {}


@pytest.mark.parametrize("name", TEXT_FILES)
def test_lines_twice_as_long_take_about_twice_the_time(name: str) -> None:
    def lines(characters: int) -> str:
        attacks = zip(UNITS, cycle(HEADS), cycle(TAILS), strict=False)
        return "\n\n".join(head + unit * (characters // len(unit)) + tail for unit, head, tail in attacks)

    short, long = (lines(characters) for characters in (LONG // 2, LONG))
    took = min(cpu_s(partial(read, long, name)) for _ in range(2))
    assert took < max(LINES_CPU_S, GROWTH * min(cpu_s(partial(read, short, name)) for _ in range(2)))


MANY: dict[str, str] = {
    "notes that never close": "[[",
    "boneyards that never close": "/* a\n",
    "notes that never close on any line": "[[ a\n",
    "brackets that never close": "(",
    "speech with brackets that never close": "BOB\n(\n\n",
    "notes within notes": "[[ a [[ b ]] c ]] ",
    "boneyards within boneyards": "/* a /* b */ c */\n",
    "stars": "*a **b ***c ",
    "lines of stars": "**\n*_\n",
    "the same cue": "BOB\nHello.\n\n",
    "the same cue without a speech": "BOB\n\n",
    "the same cue without a blank line": "BOB\n",
    "inline cues": "BOB: Hello.\n",
    "other cues each time": "BOB {}\nHello.\n\n",
    "headings": "INT. ROOM {} - DAY\n\n",
    "headings without blank lines": "INT. ROOM - DAY\n",
    "numbered headings": "{} INT. ROOM - DAY {}\n\n",
    "plain headings": "ROOM {} - DAY\n\n",
    "sections": "# A\n## B\n### C\n",
    "title keys": "Title: a\n",
    "blank lines": "\n",
    "blank lines of two spaces after a cue": "BOB\n  \n",
    "short lines": "a\n",
    "page heads": "                                        {}.\n\n",
    "dual dialogue": "BOB ^\nHello.\n\n",
    "transitions": "CUT TO:\n\n",
    "lines of dashes": "---\n",
    "lists": "- a\n  - b\n",
    "code fences": "```\n",
    "specks": ".\n'\n",
}


def many(unit: str, times: int) -> str:
    return "".join(unit.replace("{}", str(number)) for number in range(times))


@pytest.mark.row("G3")
@pytest.mark.parametrize("name", TEXT_FILES)
@pytest.mark.parametrize("unit", MANY.values(), ids=MANY)
def test_twice_the_script_takes_about_twice_the_calls(unit: str, name: str) -> None:
    few, twice = (calls(partial(read_or_refuse, many(unit, times), name)) for times in (150, 300))
    assert twice < GROWTH * few


@pytest.mark.sweep
@pytest.mark.parametrize("name", TEXT_FILES)
@pytest.mark.parametrize("unit", MANY.values(), ids=MANY)
def test_a_hundred_thousand_of_anything_end_at_five_thousand_lines_a_second(unit: str, name: str) -> None:
    text = many(unit, 100_000)
    text = text if "\n" in text else "\n".join(text[at : at + 3_000] for at in range(0, len(text), 3_000))
    assert cpu_s(partial(read_or_refuse, text, name)) < 1 + text.count("\n") / 5_000 + len(text) / 250_000


def read_or_refuse(text: str | bytes, name: str) -> Document | str:
    try:
        return read(text, name)
    except CineForgeError as refused:
        return refused.faults[0].code


def test_a_line_of_fifty_thousand_spaces_is_refused_by_its_line() -> None:
    with pytest.raises(CineForgeError, match=r"CF-F003 a.fountain:2"):
        read("A\n" + "A" + " " * 50_000 + "B\n")


@pytest.mark.parametrize("name", [*TEXT_FILES, "a.fdx", "a.tex"])
def test_twenty_megabytes_are_refused(name: str) -> None:
    assert read_or_refuse(b"INT. SEA - DAY\n\n" * 1_250_000, name) == "CF-F002"


@pytest.mark.parametrize("name", [*TEXT_FILES, "a.fdx"])
def test_a_nul_is_refused(name: str) -> None:
    assert read_or_refuse(b"INT. SEA - DAY\n\nA \x00 wave.\n", name) == "CF-F004"


@pytest.mark.sweep
@pytest.mark.parametrize("name", TEXT_FILES)
def test_the_largest_file_of_the_longest_lines_is_read_in_time(name: str) -> None:
    line = "A" + " \t-" * (MOST_LINE_CHARACTERS // 3 - 1) + "\n"
    text = line * (MOST_BYTES // len(line))
    assert cpu_s(partial(read_or_refuse, text, name)) < len(text) / 250_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_encodings_and_line_ends_change_nothing(encoding: str, end: str) -> None:
    assert told(read(SCRIPT.replace("\n", end).encode(encoding))) == told(read(SCRIPT))


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029"], ids=["NEL", "LS", "PS"])
def test_line_ends_of_unicode_change_nothing(end: str) -> None:
    assert told(read(SCRIPT.replace("\n", end))) == told(read(SCRIPT))


def test_mixed_line_ends_change_nothing() -> None:
    ends = cycle(["\n", "\r\n", "\r", "\u2028", "\x85"])
    mixed = "".join(line + next(ends) for line in SCRIPT.splitlines())
    assert told(read(mixed)) == told(read(SCRIPT))


def test_latin_1_is_read_with_a_warning() -> None:
    text = SCRIPT.replace("’", "'").replace("–", "-").replace("“", '"').replace("”", '"')
    document = read(text.encode("latin-1"))
    assert told(document) == told(read(text))
    assert "not UTF-8" in document.warnings[0].message


def test_utf_8_with_broken_bytes_keeps_every_other_line() -> None:
    broken = SCRIPT.encode().replace(b"Waves.", b"Wav\xffs.")
    assert told(read(broken))[:-1] == told(read(SCRIPT))[:-1]


BYTES = (
    b"",
    b"\n",
    b"\xff\xfe",
    b"\xfe\xff\xd8",
    b"\xef\xbb\xbf",
    b"PK\x03\x04",
    b"%PDF-1.7\n",
    b"{\\rtf1",
    b"\x1f\x8b",
)
NAMES = (
    *TEXT_FILES,
    "a",
    "a.fdx",
    "a.tex",
    "a.pdf",
    "a.docx",
    "a.fadein",
    "a.celtx",
    "a.trelby",
    "a.highland",
    "a.xml",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", BYTES, ids=repr)
def test_a_stump_of_a_file_is_a_document_or_a_fault(content: bytes, name: str) -> None:
    found = read_or_refuse(content, name)
    assert isinstance(found, Document) or found.startswith("CF-F")


def test_entities_of_final_draft_are_not_followed() -> None:
    bomb = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in pairwise("abcdefgh")
    )
    text = f'<?xml version="1.0"?><!DOCTYPE x [{bomb}]><FinalDraft><Content>&h;</Content></FinalDraft>'
    assert read_or_refuse(text, "a.fdx") == "CF-F005"


def test_markup_nested_a_hundred_thousand_deep_is_a_document_or_a_fault() -> None:
    text = (
        "<FinalDraft><Content>"
        + "<Paragraph>" * 100_000
        + "</Paragraph>" * 100_000
        + "</Content></FinalDraft>"
    )
    found = read_or_refuse(text, "a.fdx")
    assert isinstance(found, Document) or found.startswith("CF-F")


@pytest.fixture(scope="module")
def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for inside in ("[Content_Types].xml", "word/document.xml", "document.xml", "script.html", "text.md"):
            archive.writestr(inside, b" " * 40_000_000)
    return packed.getvalue()


@pytest.mark.parametrize("name", ["a.docx", "a.fadein", "a.celtx", "a.highland"])
def test_an_archive_that_holds_more_than_is_read_is_refused(bomb: bytes, name: str) -> None:
    assert str(read_or_refuse(bomb, name)).startswith("CF-F03")


LINE = st.one_of(
    st.sampled_from(
        ["", "  ", "BOB", "(low)", "INT. SEA - DAY", "CUT TO:", "# A", "= b", "~la", "> c <", "===", "[[ n"]
    ),
    st.sampled_from(
        ["n ]]", "/* b", "b */", "BOB ^", "Bob: hi", "**BOB**", "1 EXT. SEA 1", "(MORE)", "- a", "```", "!x"]
    ),
    st.text(max_size=40),
)


@pytest.mark.row("G3")
@pytest.mark.parametrize("name", TEXT_FILES)
@settings(max_examples=60, deadline=None)
@given(lines=st.lists(LINE, max_size=30), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_elements_of_any_text_stand_in_order_and_do_not_overlap(
    name: str, lines: list[str], end: str
) -> None:
    document = read_or_refuse(end.join(lines), name)
    if isinstance(document, str):
        assert document == "CF-F004"
        return
    assert all(1 <= one.line <= one.end_line <= document.lines for one in document.elements)
    shown = [one for one in document.elements if one.type not in LIFTED]
    assert all(
        before.line <= after.line and before.end_line <= after.line for before, after in pairwise(shown)
    )
    assert [one.line for one in document.elements] == sorted(one.line for one in document.elements)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30, deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_a_document_or_a_fault(name: str, content: bytes) -> None:
    found = read_or_refuse(content, name)
    assert isinstance(found, Document) or found.startswith("CF-F")
