"""Paragraph styles: what the name of a style says about the lines that wear it.

Screenplay programs and templates name their styles alike, yet never quite: `Scene Heading`, `SP Slugline`,
`Dialog 1`, `Personnage`. A name is reduced to its letters and looked for in a closed list, longest words
of each kind first. Called by the readers of FDX, Fade In, Celtx and DOCX.
"""

from __future__ import annotations

from functools import lru_cache

from cine_forge.film.screenplay.document import ElementType
from cine_forge.film.screenplay.word_list import word_list

_EXACT = {
    ElementType.ACTION: word_list("shot castlist general generic aside body"),
    ElementType.SCENE_HEADING: word_list("scene heading szene escena scena scène сцена slug"),
    ElementType.CHARACTER: word_list("name cue role rolle figur rôle герой имя speaker"),
    ElementType.DIALOGUE: word_list("line lines speech réplique réplica replica battuta реплика"),
    ElementType.LYRIC: word_list("singing song"),
    ElementType.SECTION: word_list(
        "newact endofact actbreak act outline section sectionheading sequenceheading teaser coldopen"
    ),
    ElementType.SYNOPSIS: word_list("outlinebody scenesummary summary synopsis"),
    ElementType.NOTE: word_list("note scriptnote notes comment"),
}
_HOLDS = (
    (ElementType.PARENTHETICAL, "parenth parenthè parénthe parênt acotaci klammer wryl ремаркавскоб паренте"),
    (
        ElementType.SCENE_HEADING,
        "sceneheading scenehead sceneheader sceneslug slugline sceneintro shotheading szenenüberschrift"
        " szenenkopf intitulédescène titredescène entêtedescène encabezadodeescena encabezado intestazione"
        " cabeçalho заголовоксцены местодействия",
    ),
    (ElementType.TRANSITION, "transition transici transiç transizion übergang переход"),
    (ElementType.CHARACTER, "charactername character personnage personaje personagem personaggio персонаж"),
    (ElementType.DIALOGUE, "dialogue dialog diálogo diálogo dialogo диалог"),
    (ElementType.LYRIC, "lyric"),
    (ElementType.CENTERED, "centered centred zentriert"),
    (
        ElementType.ACTION,
        "action scenedescription stagedirection handlung regieanweisung acción ação azione действие описание",
    ),
)


@lru_cache(maxsize=1024)
def type_of_style(name: str) -> ElementType | None:
    """Return what lines of that style are, or None where the name tells nothing (`Normal`, `List 2`)."""
    letters = "".join(letter for letter in name.casefold() if letter.isalpha())
    for kind, names in _EXACT.items():
        if letters in names:
            return kind
    for kind, parts in _HOLDS:
        if any(part in letters for part in parts.split()):
            return kind
    return None


def depth_of_style(name: str) -> int:
    """Return the depth of a section from the digit in its style's name: `Outline 2` is 2, else 1."""
    digits = [letter for letter in name if letter.isdigit()]
    return min(6, max(1, int(digits[0]))) if digits else 1
