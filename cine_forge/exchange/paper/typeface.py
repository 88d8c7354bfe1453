"""Typefaces on paper: which font sets which words, and how wide they come out.

Courier is every printer's own and has the letters of Western Europe; Roboto comes with the program and has
Latin, Cyrillic and Greek. A word that the wished-for font lacks is set in Roboto, whole, so that no word
changes its face in the middle. Characters that Roboto lacks too are drawn as boxes; `lacking` names them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

Cut = Literal["Regular", "Bold", "Italic", "BoldItalic"]
Family = Literal["Courier", "Roboto"]

_COURIER = {
    "Regular": "Courier",
    "Bold": "Courier-Bold",
    "Italic": "Courier-Oblique",
    "BoldItalic": "Courier-BoldOblique",
}
_WORD = re.compile(r"\s+|\S+")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True)
class Lettering:
    """How words are set: family, cut, size in points, colour as `#rrggbb`."""

    family: Family = "Roboto"
    cut: Cut = "Regular"
    size: float = 9.0
    colour: str = "#000000"

    def width(self, text: str) -> float:
        """Return how wide a text comes out, in points."""
        return width_of(text, self.family, self.cut, self.size)

    def but(
        self, *, cut: Cut | None = None, size: float | None = None, colour: str | None = None
    ) -> Lettering:
        """Return the same lettering with something changed."""
        return replace(self, cut=cut or self.cut, size=size or self.size, colour=colour or self.colour)


def printable(text: str) -> str:
    """Return a text without what no paper shows: controls, direction marks, lone surrogates; composed."""
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    kept = (_shown(letter) for letter in composed)
    return "".join(kept)


def runs_of(text: str, family: Family) -> Iterator[tuple[str, Family]]:
    """Yield the text in pieces of one font: the family asked for, Roboto where a word is not in it."""
    if family == "Roboto" or _is_western(text):
        yield text, family
        return
    piece = ""
    last: Family = family
    for word in _WORD.findall(text):
        own: Family = "Courier" if _is_western(word) else "Roboto"
        own = last if word.isspace() else own
        if own != last and piece:
            yield piece, last
            piece = ""
        piece, last = piece + word, own
    if piece:
        yield piece, last


def family_of(texts: Iterable[str]) -> Family:
    """Return the family for a whole script: Courier unless most of its letters are not in it."""
    western = others = 0
    for text in texts:
        if text.isascii():
            western += len(text)
            continue
        for letter in text:
            if letter.isalpha():
                western, others = (western + 1, others) if _is_western(letter) else (western, others + 1)
    return "Roboto" if others > western else "Courier"


def font_name(family: Family, cut: Cut) -> str:
    """Return what the PDF writer calls a font; Roboto is made known to it at first use."""
    return _COURIER[cut] if family == "Courier" else _roboto(cut)


def width_of(text: str, family: Family, cut: Cut, size: float) -> float:
    """Return how wide a text comes out, in points."""
    if family == "Courier" and text.isascii():
        return len(text) * size * 0.6
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return sum(stringWidth(piece, font_name(own, cut), size) for piece, own in runs_of(text, family))


def lacking(text: str) -> str:
    """Return the characters that no font here shows, each once, in order."""
    known = _known()
    return "".join(
        dict.fromkeys(one for one in printable(text) if ord(one) not in known and one not in "\n\t")
    )


def _shown(letter: str) -> str:
    if letter in "\n\t":
        return letter
    return "" if unicodedata.category(letter) in _UNSEEN else letter


def _is_western(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _roboto(cut: Cut) -> str:
    import font_roboto
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    name = f"Roboto-{cut}"
    registerFont(TTFont(name, str(Path(font_roboto.font_directory) / f"{name}.ttf")))
    return name


@cache
def _known() -> frozenset[int]:
    from typing import cast

    from reportlab.pdfbase.pdfmetrics import getFont
    from reportlab.pdfbase.ttfonts import TTFont

    return frozenset(cast(TTFont, getFont(_roboto("Regular"))).face.charToGlyph)
