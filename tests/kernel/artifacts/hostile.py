"""Hostile names: what a script, a recipe, a module or a provider may call things; always the same."""

from __future__ import annotations

import random
from collections.abc import Iterator

LEAVING = (
    "..",
    "../x",
    "../../etc/passwd",
    "/etc/passwd",
    "//x",
    "a/../../x",
    "..\\x",
    "C:\\x",
    "~/x",
    "./.",
)
SIGNS = tuple(chr(code) for code in (*range(0x20), 0x7F, 0x80, 0x85, 0x9F, 0xA0, 0xAD))
UNSEEN = (
    *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u202a", "\u202e", "\u2066", "\u2069", "\u200f"),
    *("\u2028", "\u2029", "\u061c", "\ufe0f", "\U000e0041", "\ufffe", "\uffff"),
)
DEVICES = (
    "CON",
    "con",
    "PRN",
    "aux",
    "NUL",
    "NUL.txt",
    "nul.",
    "COM1",
    "COM1:",
    "LPT9.png",
    "con .x",
    "CONIN$",
)
TWINS = (
    *("İ", "i", "I", "ı", "ß", "ss", "SS", "ẞ", "\u212a", "K", "k", "Å", "A\u030a", "\u212b"),
    *("é", "e\u0301", "ﬁ", "fi", "ǆ", "ǅ", "Ω", "\u2126", "µ", "μ", "а", "a", "ａ", "\u0430"),
)
SCRIPTS = ("Ёлка", "東京", "עברית", "عربي", "हिन्दी", "🎬", "👩‍👩‍👧‍👦", "🇩🇪", "e" + "\u0301" * 40, "𝔘", "Ǿ")
SLASHES = ("\u2044", "\u2215", "\uff0f", "\u29f8", "\\", "\uff3c", "\u2571", "%2e%2e%2f", "%2f", "..%c0%af")
CODE = (
    *(
        "{{7*7}}",
        "${x}",
        "$(touch x)",
        "`touch x`",
        "%s%n",
        "{0.__class__}",
        "; rm -rf x",
        "| cat",
        "&& x",
        "*",
    ),
    *(
        "?",
        "[a-z]",
        "!important",
        "<script>",
        "' OR 1=1 --",
        '"; DROP TABLE subject; --',
        "\\x00",
        "%00",
        "#{x}",
    ),
)
MARKS = (
    *("- a", "a: b", "{a: b}", "[a]", "&a", "*a", "!!python/object:os.system", "null", "true", "1e9", "0x1F"),
    *(
        '"',
        "'",
        "\\",
        '{"a": 1}',
        "a\nb: c",
        "---",
        "...",
        "@v1",
        "a@v1",
        "note/a@v1",
        "#1",
        "a # b",
        "|",
        ">",
    ),
)
DASHES = ("-", "--", "-rf", "--project=/", "--help", "-", ".", ".hidden", " a", "a ", "a.", "a. ", "_", "")
BROKEN = ("\ud800", "a\udfff", "\udc80\udc80", "\ud83c")
LENGTHS = (255, 256, 300, 999, 1000, 1001, 4096, 10_000)

FAMILIES = (LEAVING, SIGNS, UNSEEN, DEVICES, TWINS, SCRIPTS, SLASHES, CODE, MARKS, DASHES, BROKEN)


def hostile_names(count: int = 2000) -> tuple[str, ...]:
    """Return distinct names: every one of the lists, long ones, and mixtures of them."""
    found: dict[str, None] = {}
    for name in _names():
        found[name] = None
        if len(found) == count:
            break
    return tuple(found)


def _names() -> Iterator[str]:
    chance = random.Random(4)
    for family in FAMILIES:
        yield from family
    for length in LENGTHS:
        for part in ("x", "é", "🎬", "../", "a.", "-"):
            yield (part * length)[:length]
    while True:
        parts = [chance.choice(chance.choice(FAMILIES)) for _ in range(chance.randint(1, 3))]
        joined = chance.choice(("", "/", " ", ".", "ann")).join(parts)
        yield chance.choice((joined, joined.swapcase(), f"INT. {joined}", f"ann{joined}", f"{joined}.png"))
