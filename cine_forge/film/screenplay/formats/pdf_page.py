"""The PDF page: which words its content stream sets, and where.

Text extraction as libraries offer it loses the columns that make a screenplay, and joins or splits words by
guessing; here every string keeps its place and its true width, as the operators say (PDF 32000-1:2008,
section 9.4). Text that does not run from left to right along the page (watermarks, stamps) is dropped.
How words become lines is decided in `pdf_line`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cine_forge.film.screenplay.formats.pdf_content import Operand, operations_of
from cine_forge.kernel.ground.errors import Fault, ProjectError

MOST_OPERATIONS = 3_000_000
"""Over all pages of a file; a screenplay has some hundred a page."""

MOST_CONTENT = 24 * 1024 * 1024
"""Bytes of one page's content; one that has more is left out with a warning."""

_MOST_DEPTH = 8
_LEAN = 0.1
_MARGIN = 36.0
_LEAST_SIZE, _MOST_SIZE = 2.0, 500.0
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_ODD = re.compile("[ﬀ-ﬆ\u00a0\u2000-\u200d\u202f\u2060\ufeff\u00ad\x00-\x1f]")
_Matrix = tuple[float, float, float, float, float, float]
_UNIT: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_TURNS: dict[int, Callable[[float, float], _Matrix]] = {
    90: lambda width, _: (0.0, -1.0, 1.0, 0.0, 0.0, width),
    180: lambda width, height: (-1.0, 0.0, 0.0, -1.0, width, height),
    270: lambda _, height: (0.0, 1.0, -1.0, 0.0, height, 0.0),
}


class Piece(NamedTuple):
    """A string on the page, in points: `x` from the left and `y` of its baseline from the bottom."""

    x: float
    y: float
    width: float
    size: float
    text: str

    @property
    def end(self) -> float:
        """Return where the string ends."""
        return self.x + self.width


@dataclass
class Budget:
    """How many operations may still be read of a file."""

    name: str
    left: int = MOST_OPERATIONS
    fonts: dict[int, Any] = field(default_factory=dict)

    def spend(self, operations: int) -> None:
        """Count some operations. Raises ProjectError CF-F038 when a file has more than any script."""
        self.left -= operations
        if self.left < 0:
            what = f"the PDF has more than {MOST_OPERATIONS:,} drawing operations, the most that is read"
            raise ProjectError(
                Fault("CF-F038", what, self.name, "export the script again as PDF or Fountain")
            )


class _Look(NamedTuple):
    """The graphics state that matters to text; it is saved and restored as a whole."""

    place: _Matrix = _UNIT
    font: Any = None
    size: float = 12.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


def pieces_of(page: Any, budget: Budget) -> list[Piece]:
    """Return the strings of a page in the order they are drawn."""
    box = page.mediabox
    turn = _TURNS.get(int(page.rotation) % 360)
    place = turn(float(box.width), float(box.height)) if turn else _UNIT
    place = _times((1.0, 0.0, 0.0, 1.0, -float(box.left), -float(box.bottom)), place)
    contents = page.get("/Contents")
    if contents is None:
        return []
    pen = _Pen(page.pdf, budget, _Look(place))
    pen.draw(contents.get_object(), page.get("/Resources"), 0)
    most = max(float(box.width), float(box.height))
    return [piece for piece in pen.drawn if _is_on(piece, most)]


def holds_picture(page: Any) -> bool:
    """Whether a page shows a picture of pixels, as a scanned one does."""
    resources = page.get("/Resources")
    shown = resources.get_object().get("/XObject") if resources is not None else None
    objects = (one.get_object() for one in shown.get_object().values()) if shown is not None else ()
    return any(one is not None and one.get("/Subtype") == "/Image" for one in objects)


def _is_on(piece: Piece, most: float) -> bool:
    """Whether a string of readable size stands on a page no longer than `most`; others nobody sees."""
    near, far = -_MARGIN, most + _MARGIN
    return near <= piece.x <= far and near <= piece.y <= far and _LEAST_SIZE <= piece.size <= _MOST_SIZE


class _Pen:
    """Follows the operators of a content stream; `drawn` are the strings that it has set."""

    def __init__(self, pdf: Any, budget: Budget, look: _Look) -> None:
        self.pdf = pdf
        self.budget = budget
        self.look = look
        self.saved: list[_Look] = []
        self.line = self.at = _UNIT
        self.drawn: list[Piece] = []

    def draw(self, stream: Any, resources: Any, depth: int) -> None:
        """Draw a stream and the forms in it."""
        from pypdf.generic import ContentStream

        known: Mapping[str, Any] = resources.get_object() if resources is not None else {}
        content = ContentStream(stream, self.pdf, "bytes").get_data()
        if len(content) > MOST_CONTENT:
            raise ValueError(f"a page is drawn with more than {MOST_CONTENT // 2**20} MiB")
        for operators, operands in operations_of(content):
            self.budget.spend(len(operators))
            for operator in operators:
                if operator in _ACTS:
                    _ACTS[operator](self, operands)
                elif operator == b"Do" and operands:
                    self._form(known, str(operands[0]), depth)
                elif operator == b"Tf" and len(operands) == 2:
                    font = self._font(known, str(operands[0]))
                    self.look = self.look._replace(font=font, size=_number(operands[1]))
                elif operator in _SETTINGS and operands:
                    self.look = _SETTINGS[operator](self.look, _number(operands[-1]))
                operands = []

    def save(self, _: list[Operand]) -> None:
        """`q`."""
        self.saved.append(self.look)

    def restore(self, _: list[Operand]) -> None:
        """`Q`."""
        self.look = self.saved.pop() if self.saved else self.look

    def change(self, given: list[Operand]) -> None:
        """`cm`."""
        if len(given) == 6:
            self.look = self.look._replace(place=_times(_matrix(given), self.look.place))

    def begin(self, _: list[Operand]) -> None:
        """`BT`."""
        self.line = self.at = _UNIT

    def place(self, given: list[Operand]) -> None:
        """`Tm`."""
        if len(given) == 6:
            self.line = self.at = _matrix(given)

    def move(self, given: list[Operand]) -> None:
        """`Td`."""
        if len(given) == 2:
            self.line = self.at = _shifted(self.line, _number(given[0]), _number(given[1]))

    def lead(self, given: list[Operand]) -> None:
        """`TD`."""
        if len(given) == 2:
            self.look = self.look._replace(leading=-_number(given[1]))
            self.move(given)

    def feed(self, _: list[Operand]) -> None:
        """`T*`."""
        self.line = self.at = _shifted(self.line, 0.0, -self.look.leading)

    def show(self, given: list[Operand]) -> None:
        """`Tj` and `TJ`."""
        shown = given[-1] if given else b""
        for part in shown if isinstance(shown, list) else [shown]:
            if isinstance(part, bytes):
                self._string(part)
            elif isinstance(part, float):
                self._advance(-part / 1000 * self.look.size * self.look.stretch)

    def show_next(self, given: list[Operand]) -> None:
        """`'`."""
        self.feed(given)
        self.show(given)

    def show_spaced(self, given: list[Operand]) -> None:
        """`"`."""
        if len(given) == 3:
            words, letters = _number(given[0]), _number(given[1])
            self.look = self.look._replace(word_spacing=words, spacing=letters)
        self.show_next(given)

    def _string(self, content: bytes) -> None:
        look = self.look
        text, width = _decoded(look.font, content)
        spaces = content.count(b" ") if look.word_spacing and len(text) >= len(content) else 0
        advance = width / 1000 * look.size + look.spacing * max(len(text), 1) + look.word_spacing * spaces
        matrix = _shifted(_times(self.at, look.place), 0.0, look.rise)
        across, lean = matrix[0], max(abs(matrix[1]), abs(matrix[2]))
        if text.strip() and across > 0 and matrix[3] > 0 and lean < _LEAN * across:
            size = abs(look.size) * matrix[3]
            self.drawn.append(Piece(matrix[4], matrix[5], advance * look.stretch * across, size, text))
        self._advance(advance * look.stretch)

    def _advance(self, x: float) -> None:
        self.at = _shifted(self.at, x, 0.0)

    def _form(self, known: Mapping[str, Any], name: str, depth: int) -> None:
        """Draw a form: a part of a page that several pages may share."""
        forms = known.get("/XObject")
        form = forms.get_object().get(name) if forms is not None else None
        form = form.get_object() if form is not None else None
        if depth >= _MOST_DEPTH or form is None or form.get("/Subtype") != "/Form":
            return
        before, saved = self.look, self.saved
        place = _times(_matrix(form.get("/Matrix", _UNIT)), before.place)
        self.look, self.saved = before._replace(place=place), []
        self.draw(form, form.get("/Resources"), depth + 1)
        self.look, self.saved = before, saved

    def _font(self, known: Mapping[str, Any], name: str) -> Any:
        """Return a font by its name in the resources; each is read once a file."""
        from pypdf.generic._font import Font  # the one place that needs a font's codes and widths

        fonts = known.get("/Font")
        found = fonts.get_object().get(name) if fonts is not None else None
        found = found.get_object() if found is not None else None
        if found is None:
            return None
        if id(found) not in self.budget.fonts:
            self.budget.fonts[id(found)] = (_Type(Font.from_font_resource(found)), found)
        return self.budget.fonts[id(found)][0]


_ACTS: dict[bytes, Callable[[_Pen, list[Operand]], None]] = {
    b"q": _Pen.save,
    b"Q": _Pen.restore,
    b"cm": _Pen.change,
    b"BT": _Pen.begin,
    b"Tm": _Pen.place,
    b"Td": _Pen.move,
    b"TD": _Pen.lead,
    b"T*": _Pen.feed,
    b"Tj": _Pen.show,
    b"TJ": _Pen.show,
    b"'": _Pen.show_next,
    b'"': _Pen.show_spaced,
}
_SETTINGS: dict[bytes, Callable[[_Look, float], _Look]] = {
    b"Tc": lambda look, value: look._replace(spacing=value),
    b"Tw": lambda look, value: look._replace(word_spacing=value),
    b"Tz": lambda look, value: look._replace(stretch=value / 100),
    b"TL": lambda look, value: look._replace(leading=value),
    b"Ts": lambda look, value: look._replace(rise=value),
}


@dataclass
class _Type:
    """A font: what each of its codes shows, and how wide that is in thousandths of its size."""

    font: Any
    letters: dict[int, str] = field(default_factory=dict)
    widths: dict[str, float] = field(default_factory=dict)

    def read(self, content: bytes) -> tuple[str, float]:
        """Return a string's text and its width."""
        encoding = self.font.encoding
        codes = (
            content.decode(encoding, "replace") if isinstance(encoding, str) else content.decode("latin-1")
        )
        if not codes:
            return "", 0.0
        try:
            width = sum(map(self.widths.__getitem__, codes))
        except KeyError:
            for code in set(codes) - self.widths.keys():
                self._look_up(code)
            width = sum(map(self.widths.__getitem__, codes))
        text = codes.translate(self.letters)
        plain = text.isascii() and text.isprintable()
        return text if plain else _ODD.sub(_plain, text), width

    def _look_up(self, code: str) -> None:
        font = self.font
        width = font.space_width if code == font.space_char else font.get_text_width(code)
        shown = code if isinstance(font.encoding, str) else font.encoding.get(ord(code), code)
        self.letters[ord(code)] = str(font.character_map.get(shown, shown))
        self.widths[code] = float(width)


def _decoded(font: _Type | None, content: bytes) -> tuple[str, float]:
    return font.read(content) if font else (content.decode("latin-1"), 500.0 * len(content))


def _plain(odd: re.Match[str]) -> str:
    """Return what a typist would have written: letters for a ligature, a space for a fixed one."""
    letter = odd.group()
    if letter in _LIGATURES:
        return _LIGATURES[letter]
    return " " if letter in "\u00a0\u202f\t" or "\u2000" <= letter <= "\u200a" else ""


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def _matrix(given: Sequence[Any]) -> _Matrix:
    if len(given) != 6:
        return _UNIT
    a, b, c, d, e, f = [one if isinstance(one, float) else _number(one) for one in given]
    return (a, b, c, d, e, f)


def _shifted(then: _Matrix, x: float, y: float) -> _Matrix:
    """Return what moves by x and y and then does the rest."""
    a, b, c, d, e, f = then
    return (a, b, c, d, x * a + y * c + e, x * b + y * d + f)


def _times(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)
