"""Reworking: scripts drawn at random, and edits of them whose truth is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from cine_forge.film.drafts.draft import Draft
from cine_forge.film.drafts.revision_colour import Colour
from cine_forge.film.screenplay.word_list import word_list
from tests.film.scripts import read

WHITE, BLUE = Colour(name="white", screen="#ffffff"), Colour(name="blue", screen="#0000ff")
PEOPLE = ("MIRA", "OTTO", "SELMA", "KAREL")
PLACES = ("BARN", "FERRY", "COURT", "CHAPEL", "QUARRY")
WORDS = sorted(
    word_list(
        """anchor bitter candle distant ember fallow gravel hollow iron jagged kettle lantern marble narrow
oyster pepper quiver rattle silver timber umber velvet window yellow zigzag banner copper drizzle engine
feather garden harbour island journey kitchen ladder meadow needle orchard parcel ribbon saddle thunder
valley whistle bottle carpet danger evening forest glimmer hinge jacket lumber mirror notice"""
    )
)
KEPT_WORDS = 0.6


@dataclass(frozen=True)
class Written:
    """A scene under a key that no edit changes. `lines` are (speaker or None, words)."""

    key: int
    heading: str
    lines: tuple[tuple[str | None, tuple[str, ...]], ...]

    def text(self, names: dict[str, str]) -> str:
        """Return the scene as Fountain, under the names that people have now."""
        parts = [f"{self.heading}\n"]
        for speaker, words in self.lines:
            said = " ".join(names.get(word.upper(), word).title() if word.upper() in names else word
                            for word in words)  # fmt: skip
            said = f"{said[:1].upper()}{said[1:]}."
            parts.append(f"{names[speaker]}\n{said}\n" if speaker else f"{said}\n")
        return "\n".join(parts)


def written(key: int, chance: Random) -> Written:
    """Draw a scene of four to eight lines; places recur, words are drawn from a small stock."""
    heading = f"INT. {chance.choice(PLACES)} - {chance.choice(('DAY', 'NIGHT'))}"
    lines = tuple(
        (chance.choice((None, *PEOPLE)), tuple(chance.choices(WORDS, k=chance.randint(5, 11))))
        for _ in range(chance.randint(4, 8))
    )
    return Written(key, heading, lines)


class Manuscript:
    """A script under edit. `names` maps everyone's first name to today's."""

    def __init__(self, count: int, chance: Random) -> None:
        self.chance = chance
        self.scenes = [written(key, chance) for key in range(count)]
        self.names = {name: name for name in PEOPLE}
        self.fresh = count

    def insert(self) -> None:
        """Put in a scene that was never there."""
        self.scenes.insert(self.chance.randint(0, len(self.scenes)), written(self.fresh, self.chance))
        self.fresh += 1

    def delete(self) -> None:
        """Take a scene out, unless it is the last."""
        if len(self.scenes) > 1:
            self.scenes.pop(self.chance.randrange(len(self.scenes)))

    def move(self) -> None:
        """Put a scene elsewhere."""
        scene = self.scenes.pop(self.chance.randrange(len(self.scenes)))
        self.scenes.insert(self.chance.randint(0, len(self.scenes)), scene)

    def reword(self) -> None:
        """Replace at most a fifth of a scene's words; done twice, most of it still stays."""
        at = self.chance.randrange(len(self.scenes))
        lines = tuple(
            (
                speaker,
                tuple(word if self.chance.random() > 0.15 else self.chance.choice(WORDS) for word in words),
            )
            for speaker, words in self.scenes[at].lines
        )
        self.scenes[at] = replace(self.scenes[at], lines=lines)

    def resettle(self) -> None:
        """Give a scene another heading."""
        at = self.chance.randrange(len(self.scenes))
        self.scenes[at] = replace(self.scenes[at], heading="EXT. LIGHTHOUSE - DAWN")

    def rename(self) -> None:
        """Give someone a name that nobody had."""
        who = self.chance.choice(PEOPLE)
        self.names[who] = f"{self.names[who][:2]}{self.chance.choice(('VARD', 'LINE', 'STRA'))}{self.fresh}"
        self.fresh += 1

    def text(self) -> str:
        """Return the script as Fountain."""
        return "\n".join(scene.text(self.names) for scene in self.scenes)


EDITS = ("insert", "delete", "move", "reword", "resettle", "rename")


def draft(text: str, colour: Colour = WHITE) -> Draft:
    """Return a draft of a Fountain text."""
    return Draft.of("ep_001.fountain", read(text), colour)


def kept_share(one: Written, other: Written) -> float:
    """Return the share of words that stand where they stood."""
    before = [word for _, words in one.lines for word in words]
    after = [word for _, words in other.lines for word in words]
    return sum(a == b for a, b in zip(before, after, strict=True)) / len(before)
