"""Line changes: which lines of a scene are which lines of its older self, and which words differ.

Lines here are the document's elements: a paragraph, a cue, a speech. Equal ones are found first; what lies
between is paired by the words in common. Scenes, numbers and drafts are not known here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from cine_forge.film.breakdown.line_finder import LineFinder
from cine_forge.film.drafts.wording import tokens_of, words_of
from cine_forge.film.screenplay.document import Element, ElementType

Pair = tuple[Element | None, Element | None]
Reading = Callable[[str], str]
"""How the old draft's text reads once names that changed are put in."""

_MOST_CELLS = 2_500
_MOST_TOKENS = 250_000
_MOST_ROUGH = 4_000_000
_LEAST_WORDS = 0.3
_SPOKEN = frozenset({ElementType.DIALOGUE, ElementType.PARENTHETICAL, ElementType.CHARACTER})


@dataclass(frozen=True)
class Piece:
    """A part of a changed line: what stayed, what was there, what is there now."""

    kind: Literal["same", "old", "new"]
    text: str


@dataclass(frozen=True)
class WordChange:
    """Words that were replaced. `line` is the line of the newer source, of the older when nothing is new."""

    old: str
    new: str
    line: int


@dataclass(frozen=True)
class LineChange:
    """One line that is not as it was: added, removed, or changed in words or in what it is."""

    old: Element | None
    new: Element | None
    pieces: tuple[Piece, ...]

    @property
    def op(self) -> Literal["added", "removed", "changed"]:
        """Return what happened to the line."""
        if self.old is None:
            return "added"
        return "removed" if self.new is None else "changed"

    @property
    def shown(self) -> Element:
        """Return the line as it is now; of a removed one, as it was."""
        found = self.new or self.old
        assert found is not None
        return found

    def words(self) -> Iterator[WordChange]:
        """Yield the words that were replaced, in order; of a whole line added or removed, all of it."""
        lines, offset = LineFinder(self.shown), 0
        old = ""
        for piece in (*self.pieces, Piece("same", "")):
            if piece.kind == "old":
                old = piece.text
                continue
            if old or piece.kind == "new":
                new = piece.text if piece.kind == "new" else ""
                yield WordChange(old.strip(), new.strip(), lines.at(min(offset, len(self.shown.text))))
                old = ""
            offset += len(piece.text)

    def to_json(self) -> dict[str, Any]:
        """Return the change as `script_diff/1` holds it."""
        return {
            "op": self.op,
            "type": self.shown.type.value,
            "old_type": self.old.type.value if self.old else None,
            "line": self.new.line if self.new else None,
            "old_line": self.old.line if self.old else None,
            "old": self.old.text if self.old else None,
            "new": self.new.text if self.new else None,
            "words": [{"old": one.old, "new": one.new, "line": one.line} for one in self.words()],
        }


def line_changes(old: Sequence[Element], new: Sequence[Element], reading: Reading = str) -> list[LineChange]:
    """Return what differs between two scenes, in the order of the newer; nothing when they are equal."""
    pairs = pair_lines(old, new, reading)
    return [
        LineChange(one, other, pieces_of(reading(one.text) if one else "", other.text if other else ""))
        for one, other in pairs
        if one is None or other is None or not _equal(one, other, reading)
    ]


def pair_lines(old: Sequence[Element], new: Sequence[Element], reading: Reading = str) -> Iterator[Pair]:
    """Yield every line of both with its other self, or None, in the order of the newer."""
    before = [(element.type, reading(element.text)) for element in old]
    after = [(element.type, element.text) for element in new]
    for tag, i, i_end, j, j_end in _opcodes(before, after):
        if tag == "equal":
            yield from zip(old[i:i_end], new[j:j_end], strict=True)
        else:
            yield from _pair_block(old[i:i_end], new[j:j_end], reading)


def pieces_of(old: str, new: str) -> tuple[Piece, ...]:
    """Return what of a line stayed and what was replaced, word by word; a line said anew is one piece."""
    if not old or not new or old == new:
        return tuple(Piece(kind, text) for kind, text in _whole(old, new) if text)
    before, after = tokens_of(old), tokens_of(new)
    if len(before) * len(after) > _MOST_TOKENS:
        return (Piece("old", old), Piece("new", new))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    opcodes = _joined(matcher.get_opcodes(), before)
    stayed = sum(len("".join(before[i:i_end])) for tag, i, i_end, _, _ in opcodes if tag == "equal")
    if stayed < _LEAST_WORDS * min(len(old), len(new)):
        return (Piece("old", old), Piece("new", new))
    pieces: list[Piece] = []
    for tag, i, i_end, j, j_end in opcodes:
        if tag == "equal":
            pieces.append(Piece("same", "".join(after[j:j_end])))
        else:
            pieces += [Piece("old", "".join(before[i:i_end])), Piece("new", "".join(after[j:j_end]))]
    return tuple(piece for piece in pieces if piece.text)


def _whole(old: str, new: str) -> tuple[tuple[Literal["same", "old", "new"], str], ...]:
    return (("same", new),) if old == new else (("old", old), ("new", new))


_Opcode = tuple[str, int, int, int, int]


def _joined(opcodes: Sequence[_Opcode], before: Sequence[str]) -> list[_Opcode]:
    """Take changes together that only a space stands between."""
    found: list[_Opcode] = []
    for number, (tag, i, i_end, j, j_end) in enumerate(opcodes):
        gap = tag == "equal" and "".join(before[i:i_end]).isspace() and 0 < number < len(opcodes) - 1
        if found and found[-1][0] == "replace" and (gap or tag != "equal"):
            found[-1] = ("replace", found[-1][1], i_end, found[-1][3], j_end)
        else:
            found.append(("equal" if tag == "equal" and not gap else "replace", i, i_end, j, j_end))
    return found


def _opcodes(before: Sequence[object], after: Sequence[object]) -> Iterator[_Opcode]:
    """As difflib's, with what is equal at both ends taken off, and without its quadratic time on monsters."""
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    yield ("equal", 0, head, 0, head)
    ends = len(before) - tail, len(after) - tail
    if (ends[0] - head) * (ends[1] - head) > _MOST_ROUGH:
        yield ("replace", head, ends[0], head, ends[1])
    else:
        middle = SequenceMatcher(None, before[head : ends[0]], after[head : ends[1]], autojunk=False)
        for tag, i, i_end, j, j_end in middle.get_opcodes():
            yield (tag, head + i, head + i_end, head + j, head + j_end)
    yield ("equal", ends[0], len(before), ends[1], len(after))


def _pair_block(old: Sequence[Element], new: Sequence[Element], reading: Reading) -> Iterator[Pair]:
    """Pair what differs so that most words stay; in order, as lines of a scene rarely cross."""
    if not old or not new or len(old) * len(new) > _MOST_CELLS:
        yield from ((one, None) for one in old)
        yield from ((None, other) for other in new)
        return
    bags = [words_of(reading(one.text)) for one in old]
    others = [words_of(other.text) for other in new]
    fit = [[_fit(one, bags[i], other, others[j]) for j, other in enumerate(new)] for i, one in enumerate(old)]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            paired = best[i + 1][j + 1] + fit[i][j] if fit[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    yield from _walk(old, new, fit, best)


def _walk(
    old: Sequence[Element], new: Sequence[Element], fit: list[list[float]], best: list[list[float]]
) -> Iterator[Pair]:
    i = j = 0
    while i < len(old) and j < len(new):
        if fit[i][j] and best[i][j] == best[i + 1][j + 1] + fit[i][j]:
            yield old[i], new[j]
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            yield old[i], None
            i += 1
        else:
            yield None, new[j]
            j += 1
    yield from ((one, None) for one in old[i:])
    yield from ((None, other) for other in new[j:])


def _fit(one: Element, bag: Counter[str], other: Element, its: Counter[str]) -> float:
    """How well two lines go together, 0 for not: the words in common; a speech may be said anew."""
    both = bag.total() + its.total()
    share = 2 * (bag & its).total() / both if both else 1.0
    if one.type is not other.type:
        return share if share > 0.8 else 0.0
    said = 0.05 if one.type in _SPOKEN else 0.0
    return share + said if share >= _LEAST_WORDS else said


def _equal(one: Element, other: Element, reading: Reading) -> bool:
    return one.type is other.type and reading(one.text) == other.text
