"""The script as Markdown: as people paste it into notes and chats, and as our reader takes episodes.

Headings are bold, a number in front; a cue stands above its speech; acts and sections are headings of the
page. Markdown has no place for a heading that is none by its words, for tags or for revisions.
"""

from __future__ import annotations

from collections.abc import Iterator

from cine_forge.film.screenplay.cues import can_be_cue, parse_cue
from cine_forge.film.screenplay.document import Document, Element, ElementType
from cine_forge.film.screenplay.headings import is_omitted, match_heading
from cine_forge.film.screenplay.writing.marked import marked, styles_of

_LINE_BREAK = "  "
_SPOKEN = frozenset({ElementType.DIALOGUE, ElementType.PARENTHETICAL, ElementType.LYRIC})
_BLOCK_SIGNS = ("#", ">")


def script_markdown(document: Document, title: str) -> str:
    """Return the script as Markdown; `title` names it where its title page does not."""
    blocks = [*_title(document, title), *_blocks(document)]
    return "\n\n".join(blocks) + "\n"


def _title(document: Document, title: str) -> Iterator[str]:
    """Yield the title as a heading of the page, and the other entries of the title page as bold lines."""
    entries = {
        key: " / ".join(value.split("\n")) for key, value in document.title_page.items() if value.strip()
    }
    own = next((key for key in entries if key.lower() == "title"), "")
    yield f"# {entries.pop(own, title)}"
    yield from (f"**{key}: {value}**" for key, value in entries.items())


def _blocks(document: Document) -> Iterator[str]:
    """Yield what stands between blank lines: a paragraph, or a cue with its whole speech."""
    speech: list[str] = []
    for element in document.elements:
        if speech and element.type not in _SPOKEN:
            yield f"{_LINE_BREAK}\n".join(speech)
            speech = []
        if element.type is ElementType.CHARACTER:
            speech = [_cue(element)]
        elif element.type in _SPOKEN:
            speech += _said(element)
        elif text := _block(element):
            yield text
    if speech:
        yield f"{_LINE_BREAK}\n".join(speech)


def _cue(element: Element) -> str:
    """Return a cue; one that is not written in capitals is, so that it is known for one."""
    text = element.text.replace("\n", " ")
    shown = text if can_be_cue(text) else _in_capitals(text)
    return f"{shown} ^" if element.dual else shown


def _in_capitals(text: str) -> str:
    name = parse_cue(text).name
    return text.replace(name, name.upper(), 1)


def _said(element: Element) -> list[str]:
    text = marked(element.text, styles_of(element))
    lines = [line for line in text.split("\n") if line.strip()]
    return [f"*{line}*" for line in lines] if element.type is ElementType.LYRIC else lines


def _block(element: Element) -> str:
    text = marked(element.text, styles_of(element))
    bare = element.text.replace("\n", " ").strip()
    match element.type:
        case ElementType.SCENE_HEADING:
            return f"**{_heading(bare, element.number or '')}**"
        case ElementType.ACTION:
            return f"{_LINE_BREAK}\n".join(_plain(line) for line in text.split("\n") if line.strip())
        case ElementType.CENTERED:
            return f"**{bare}**"
        case ElementType.SECTION:
            return f"{'#' * min(6, max(1, element.depth) + 1)} {bare}"
        case ElementType.SYNOPSIS | ElementType.NOTE:
            return f"[[{element.text}]]"
        case ElementType.PAGE_BREAK:
            return "---"
        case ElementType.TRANSITION:
            return bare
    return ""


def _heading(text: str, number: str) -> str:
    """Return a heading with its number; where no word says that it is one, the number does."""
    if not number:
        return text
    return f"{number} {text}" if match_heading(text) or is_omitted(text) else f"SCENE {number}: {text}"


def _plain(line: str) -> str:
    """Return a line of action that Markdown takes for nothing else."""
    return f"\\{line}" if line.startswith(_BLOCK_SIGNS) else line
