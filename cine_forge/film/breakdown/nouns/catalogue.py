"""The catalogue of nouns: what a noun of English is to a breakdown, by its head.

The lists beside this file are running text, one file for each category and one for each kind of noun that
is no thing (`person`, `place`, `body`, `abstract`). A noun stands in one file only. The longest entry wins,
so `fire extinguisher` is a prop though `fire` is an effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cine_forge.film.screenplay.word_list import word_list

_HERE = Path(__file__).parent
_MOST_KNOWN = 50_000
_ALWAYS_PLURAL = frozenset({"news", "bus", "gas", "lens", "iris", "cactus", "chassis", "apparatus", "canvas"})
_IRREGULAR = {
    "knives": "knife",
    "men": "man",
    "women": "woman",
    "wolves": "wolf",
    "mice": "mouse",
    "geese": "goose",
    "teeth": "tooth",
    "feet": "foot",
    "children": "child",
    "scarves": "scarf",
    "shelves": "shelf",
    "loaves": "loaf",
    "leaves": "leaf",
    "halves": "half",
    "dice": "die",
    "calves": "calf",
    "buses": "bus",
    "canvasses": "canvas",
    "photos": "photo",
    "polaroids": "polaroid",
    "cookies": "cookie",
    "ties": "tie",
    "pies": "pie",
    "movies": "movie",
    "zombies": "zombie",
    "axes": "axe",
    "lenses": "lens",
    "glasses": "glass",
    "gases": "gas",
}


_RELATIONS = word_list(
    """parent brother sister sibling son daughter uncle aunt grandparent grandmother grandfather cousin
    friend twin partner buddy pal lover rival colleague neighbor neighbour ally enemy roommate companion
    survivor victim hero villain descendant ancestor god criminal"""
)


@dataclass(frozen=True)
class Entry:
    """A noun that stands in a text: the words it takes, its kind (a file's name), its singular."""

    words: int
    kind: str
    singular: str


class Catalogue:
    """Every noun of the lists, looked up by the words of a text in small letters."""

    def __init__(self, kinds: dict[str, str]) -> None:
        self._kinds = kinds
        self._single: dict[str, Entry | None] = {}
        self._longest: dict[str, int] = {}
        for noun in kinds:
            first, _, rest = noun.partition(" ")
            if rest:
                self._longest[first] = max(self._longest.get(first, 1), 1 + len(rest.split()))

    def kind(self, noun: str) -> str | None:
        """Return the kind of a noun, in small letters, whether singular or plural."""
        found = self.at(noun.split(), 0)
        return found.kind if found else None

    def at(self, words: Sequence[str], place: int, stop: int | None = None) -> Entry | None:
        """Return the longest noun that begins at this place and ends before `stop`, or None."""
        word = words[place]
        most = self._longest.get(word)
        if most is not None:
            for count in range(min(most, (stop or len(words)) - place), 1, -1):
                found = self._entry(words[place : place + count])
                if found:
                    return found
        if word not in self._single:
            if len(self._single) > _MOST_KNOWN:
                self._single.clear()
            self._single[word] = self._entry((word,))
        return self._single[word]

    def _entry(self, words: Sequence[str]) -> Entry | None:
        *before, last = words
        for form in forms(last):
            noun = " ".join((*before, form))
            kind = self._kinds.get(noun)
            if kind:
                several = kind == "person" and noun not in _RELATIONS and not _is_form(last, form)
                return Entry(len(words), "extra" if several else kind, noun)
        return None


@cache
def catalogue() -> Catalogue:
    """Return the nouns of all English lists, read once."""
    lists = (path for path in sorted(_HERE.glob("*.txt")) if "." not in path.stem)
    return Catalogue({noun: path.stem for path in lists for noun in nouns_of(path)})


def nouns_of(path: Path) -> Iterator[str]:
    """Yield the nouns of one list; lines that begin with `#` are for readers."""
    lines = path.read_text(encoding="utf-8").splitlines()
    text = " ".join(line for line in lines if not line.startswith("#"))
    yield from (" ".join(noun.split()) for noun in text.split(",") if noun.strip())


def _is_form(word: str, form: str) -> bool:
    """Whether a word is this form as it stands, but for a possessive."""
    return word.removesuffix("'s").removesuffix("’s") == form


def forms(word: str) -> Iterator[str]:
    """Yield a word as it stands and then its possible singulars, the likeliest first."""
    bare = word.removesuffix("'s").removesuffix("’s").rstrip("'’")
    yield bare
    if bare in _IRREGULAR:
        yield _IRREGULAR[bare]
    elif bare.endswith("s") and len(bare) > 3 and not bare.endswith("ss") and bare not in _ALWAYS_PLURAL:
        if bare.endswith("ies"):
            yield f"{bare[:-3]}y"
        if bare.endswith(("sses", "shes", "ches", "xes", "oes")):
            yield bare[:-2]
        yield bare[:-1]
