"""Spellings: the ways in which Fountain can write one element, the plainest first.

The writer asks the reader which of them is read back; so no rule of the syntax is repeated here. Characters
that a kind of line cannot hold (a line end in a heading, the end of a note in a note) are set apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cine_forge.film.screenplay.document import Element, ElementType
from cine_forge.film.screenplay.writing.marked import marked, shielded, styles_of, unforced

Spelling = tuple[str, ...]
_STAR = "\\*"
_MOST_NUMBER = 16


def spellings_of(element: Element, *, keeps: bool, firm: bool) -> Iterator[Spelling]:
    """Yield the lines of an element in each way; with `keeps` first as its source wrote it.

    With `firm` action has its marker even where it could do without.
    """
    if keeps and element.raw:
        yield tuple(element.raw.split("\n"))
    ways = _WAYS[element.type](element)
    plain = firm and element.type is ElementType.ACTION
    yield from (way for way in ways if not plain or way[0].startswith("!"))


def _heading(element: Element) -> Iterator[Spelling]:
    text = _one_line(marked(element.text, styles_of(element)))
    number = "".join(letter for letter in element.number or "" if letter not in "# \t")[:_MOST_NUMBER]
    tail = f" #{number}#" if number else ""
    for shown in (text, text.replace("#", "\\#")):
        yield (f"{shown}{tail}",)
        yield (f".{shown}{tail}",)
    words = _one_line(element.text)
    yield (f".**{words}**{tail}",)
    yield (f"._{words.replace('*', _STAR)}_{tail}",)


def _action(element: Element) -> Iterator[Spelling]:
    lines = marked(element.text, styles_of(element)).split("\n")
    if not lines[0].isupper():
        yield tuple(lines)
    yield (f"!{lines[0]}", *lines[1:])
    yield (f"!{lines[0]}", *map(unforced, lines[1:]))
    guarded = [shielded(line) for line in lines]
    yield (f"!{lines[0]}", *guarded[1:])
    yield tuple(guarded)


def _cue(element: Element) -> Iterator[Spelling]:
    text, tail = _one_line(marked(element.text, styles_of(element))), " ^" if element.dual else ""
    for shown in (text, f"@{text}", f"@{shielded(text)}"):
        yield (f"{shown}{tail}",)


def _dialogue(element: Element) -> Iterator[Spelling]:
    lines = [line or "  " for line in marked(element.text, styles_of(element)).split("\n")]
    yield tuple(lines)
    yield tuple(map(unforced, lines))
    yield tuple(map(shielded, lines))


def _parenthetical(element: Element) -> Iterator[Spelling]:
    yield (_one_line(marked(element.text, styles_of(element))),)


def _transition(element: Element) -> Iterator[Spelling]:
    text = _one_line(marked(element.text, styles_of(element)))
    yield from ((text,), (f"> {text}",), (f"> {shielded(text)}",))


def _before_each_line(mark: str, tail: str = "") -> Callable[[Element], Iterator[Spelling]]:
    def spelled(element: Element) -> Iterator[Spelling]:
        lines = marked(element.text, styles_of(element)).split("\n")
        yield tuple(f"{mark}{line}{tail}" for line in lines)
        yield tuple(f"{mark}{shielded(line)}{tail}" for line in lines)

    return spelled


def _section(element: Element) -> Iterator[Spelling]:
    text = _one_line(marked(element.text, styles_of(element)))
    for shown in (text, shielded(text)):
        yield (f"{'#' * max(1, element.depth)} {shown}",)


def _between(opener: str, closer: str) -> Callable[[Element], Iterator[Spelling]]:
    apart = f"{closer[0]} {closer[1]}"

    def spelled(element: Element) -> Iterator[Spelling]:
        lines = element.text.replace(closer, apart).split("\n")
        text = "\n".join(line or "  " for line in lines) if opener == "[[" else "\n".join(lines)
        yield tuple(f"{opener}{text}{closer}".split("\n"))

    return spelled


def _page_break(_: Element) -> Iterator[Spelling]:
    yield ("===",)


def _one_line(text: str) -> str:
    return " ".join(text.split("\n"))


_WAYS: dict[ElementType, Callable[[Element], Iterator[Spelling]]] = {
    ElementType.SCENE_HEADING: _heading,
    ElementType.ACTION: _action,
    ElementType.CHARACTER: _cue,
    ElementType.DIALOGUE: _dialogue,
    ElementType.PARENTHETICAL: _parenthetical,
    ElementType.TRANSITION: _transition,
    ElementType.LYRIC: _before_each_line("~ "),
    ElementType.CENTERED: _before_each_line("> ", " <"),
    ElementType.SYNOPSIS: _before_each_line("= "),
    ElementType.SECTION: _section,
    ElementType.NOTE: _between("[[", "]]"),
    ElementType.BONEYARD: _between("/* ", " */"),
    ElementType.PAGE_BREAK: _page_break,
    ElementType.TITLE: _action,
}
