"""Documents for tests of writers: built from a few words, or drawn by hypothesis as readers make them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hypothesis import strategies as st

from cine_forge.film.screenplay.document import Document, Element, ElementType
from cine_forge.film.screenplay.headings import match_heading

Told = tuple[str, str, str | None, bool, int]
_WORDS = (
    *("rain", "Ann", "BOB", "the lamp", "INT. BAR - DAY", "CUT TO:", "a*b", "*now*", "_so_", "f**k", "x_y"),
    *("(low)", "#2", "Дом", "ß", "McCORD", "!", "...", "1950", "> on", "= is", "~la", "@home", "[[", "/* no"),
    *("\\", "“so”", "FADE OUT.", "OMITTED", "a: b", "Title: x", "7.", "–", "café", "日本", "^"),
)
_SPEECH = (ElementType.PARENTHETICAL, ElementType.DIALOGUE, ElementType.LYRIC)


def document(*told: tuple[ElementType, str], **more: object) -> Document:
    """Return a document of elements, one line each."""
    return numbered(_element(kind, text) for kind, text in told).model_copy(update=more)


def numbered(elements: Iterable[Element]) -> Document:
    """Return a document of elements, with lines as if each stood on one of its own."""
    placed = tuple(
        element.model_copy(update={"line": at, "end_line": at}) for at, element in enumerate(elements, 1)
    )
    return Document(format="made", lines=max(1, len(placed)), elements=placed)


def told_of(document: Document) -> list[Told]:
    """Return what a writer must keep of every element but the title page's."""
    return [
        (one.type.value, one.text, one.number, one.dual, one.depth)
        for one in document.elements
        if one.type is not ElementType.TITLE
    ]


def _element(kind: ElementType, text: str, **more: object) -> Element:
    made = Element(type=kind, text=text, raw=text, line=1, end_line=1)
    return made.model_copy(update=more)


def _kept(text: str) -> bool:
    """Whether a text is one that a reader gives: trimmed, with a letter in it."""
    return any(letter.isalpha() for letter in text) and not text.startswith(("[[", "/*"))


lines = (
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4)
    .map(lambda words: " ".join(words).strip())
    .filter(_kept)
)
paragraphs = st.lists(lines, min_size=1, max_size=3).map("\n".join)
numbers = st.one_of(st.none(), st.from_regex(r"[A-Z]?[1-9][0-9]?[A-Z]?", fullmatch=True))


def _one(kind: ElementType, text: st.SearchStrategy[str], **more: object) -> st.SearchStrategy[list[Element]]:
    return text.map(lambda words: [_element(kind, words, **more)])


def _headings() -> st.SearchStrategy[list[Element]]:
    texts = st.one_of(st.sampled_from(["INT. BAR - DAY", "EXT. SEA", "THE YARD", "1950s DINER"]), lines)
    texts = texts.filter(_heads)
    return st.tuples(texts, numbers).map(
        lambda both: [_element(ElementType.SCENE_HEADING, both[0], number=both[1])]
    )


def _heads(text: str) -> bool:
    """Whether a text holds no number of its own: as a heading's, it would be one to every reader."""
    found = match_heading(text)
    return "#" not in text and "OMITTED" not in text and (found is None or found.number is None)


def _names(text: str) -> bool:
    return text[-1] not in "^" and not text.startswith("(")


def _speeches() -> st.SearchStrategy[list[Element]]:
    parts = st.lists(
        st.one_of(
            _one(ElementType.PARENTHETICAL, st.sampled_from(["(low)", "(to Bob)", "(beat)"])),
            _one(ElementType.DIALOGUE, paragraphs),
            _one(ElementType.NOTE, st.sampled_from(["cut this?", "so\nit goes"])),
        ),
        min_size=1,
        max_size=4,
    )
    return st.tuples(lines.filter(_names), st.booleans(), parts).map(_speech)


def _speech(given: tuple[str, bool, list[list[Element]]]) -> list[Element]:
    """Join a cue and its parts; paragraphs of one speech that touch are one element to every reader."""
    name, dual, parts = given
    elements = [_element(ElementType.CHARACTER, name, dual=dual)]
    for [part] in parts:
        twice = part.type is elements[-1].type is ElementType.DIALOGUE
        if not twice:
            elements.append(part)
    return elements


def _apart(text: str) -> bool:
    return not text.endswith("<") and text[0] not in "<>"


blocks: Callable[[], st.SearchStrategy[list[Element]]] = lambda: st.one_of(  # noqa: E731 - drawn when asked
    _headings(),
    _one(ElementType.ACTION, paragraphs),
    _speeches(),
    _one(ElementType.TRANSITION, lines.filter(_apart)),
    _one(ElementType.CENTERED, lines.filter(_apart)),
    _one(ElementType.SYNOPSIS, lines.filter(lambda text: text[0] != "=")),
    _one(ElementType.LYRIC, lines.filter(lambda text: text[0] != "~")),
    _one(ElementType.NOTE, st.sampled_from(["why?", "two\nlines"])),
    _one(ElementType.BONEYARD, st.sampled_from(["gone", "gone\nfor good"])),
    _one(ElementType.PAGE_BREAK, st.just("")),
    st.tuples(lines.filter(lambda text: text[0] != "#"), st.integers(1, 3)).map(
        lambda both: [_element(ElementType.SECTION, both[0], depth=both[1])]
    ),
)
documents = st.lists(blocks(), min_size=1, max_size=8).map(
    lambda drawn: numbered(one for block in drawn for one in block)
)
