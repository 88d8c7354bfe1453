"""Condition: what one person wears, carries and suffers as the story goes on, and what does not follow.

Fed with observations scene by scene; each may answer with a jump. Other clothes are no jump on another day,
nor after they were taken off; how close two scenes follow each other says how sure a jump is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cine_forge.film.continuity.deed import SLOTS, Deed
from cine_forge.film.continuity.observation import Observation
from cine_forge.film.looks.wardrobe import COLOUR_WORDS
from cine_forge.film.schemas.continuity import Jump, JumpKind, Spot

_CHANGED, _AGAIN, _GONE, _BACK, _HURT, _SIDES, _DEAD = 0.75, 0.6, 0.9, 0.6, 0.8, 0.85, 0.75
_SILENT = 0.4


@dataclass(frozen=True)
class Item:
    """A garment, a prop or an injury, and where the text said so."""

    noun: str
    name: str
    spot: Spot
    confidence: float
    scene: int


@dataclass(frozen=True)
class Moment:
    """The scene that is played: its position, and how sure a jump from the scene before would be, 0 to 1."""

    scene: int
    nearness: float


@dataclass
class Condition:
    """One person. `name` is how people call them."""

    name: str
    worn: dict[str, Item] = field(default_factory=dict)
    taken_off: dict[str, Item] = field(default_factory=dict)
    carried: dict[str, Item] = field(default_factory=dict)
    injuries: dict[str, Item] = field(default_factory=dict)
    dead: Item | None = None

    def wake(self) -> None:
        """Begin another day: clothes and what was carried are forgotten, wounds and death are not."""
        self.worn.clear()
        self.taken_off.clear()
        self.carried.clear()

    def see(self, seen: Observation, spot: Spot, moment: Moment) -> Iterator[Jump]:
        """Take in an observation about this person; yield what does not follow from what was."""
        item = Item(seen.noun, seen.name, spot, seen.confidence, moment.scene)
        if seen.deed in (Deed.WEARS, Deed.DONS):
            yield from self._wear(item, moment, puts_on=seen.deed is Deed.DONS)
        elif seen.deed is Deed.DOFFS:
            self._lay_off(item)
        elif seen.deed is Deed.LACKS:
            yield from self._lack(item, moment)
        elif seen.deed in (Deed.HOLDS, Deed.TAKES):
            yield from self._take(item, moment, again=seen.deed is Deed.TAKES)
        elif seen.deed in (Deed.LEAVES, Deed.BREAKS):
            self.carried.pop(item.noun, None)
        elif seen.deed is Deed.HURT:
            yield from self._hurt(item)
        elif seen.deed is Deed.UNHURT:
            yield from self._heal(item, moment)
        elif seen.deed is Deed.DEAD:
            self.dead = self.dead or item

    def _wear(self, item: Item, moment: Moment, *, puts_on: bool) -> Iterator[Jump]:
        slot = _slot_of(item.noun)
        now, off = self.worn.get(slot), self.taken_off.pop(item.noun, None)
        if off and not puts_on and off.scene != item.scene:
            what = f"wears the {item.noun} that is off since {off.spot.scene}"
            yield self._jump("wardrobe", what, off, item, _BACK * moment.nearness)
        elif now and now.scene != item.scene:
            if puts_on and now.noun == item.noun and not _is_another(now, item):
                what = f"puts on the {item.noun} that is on since {now.spot.scene}"
                yield self._jump("wardrobe", what, now, item, _AGAIN * moment.nearness)
            elif not puts_on and _is_another(now, item):
                what = f"{now.name} in {now.spot.scene}, {item.name} in {item.spot.scene}"
                yield self._jump("wardrobe", what, now, item, _CHANGED * moment.nearness)
        self.worn[slot] = _fuller(now, item)

    def _lay_off(self, item: Item) -> None:
        self.worn.pop(_slot_of(item.noun), None)
        self.taken_off[item.noun] = item

    def _lack(self, item: Item, moment: Moment) -> Iterator[Jump]:
        now = self.worn.get(_slot_of(item.noun)) or self.carried.get(item.noun)
        if now and now.scene != item.scene and now.noun == item.noun:
            what = f"{now.name} in {now.spot.scene}, none in {item.spot.scene}"
            kind: JumpKind = "prop" if item.noun in self.carried else "wardrobe"
            yield self._jump(kind, what, now, item, _GONE * moment.nearness)
        self._lay_off(item)
        self.carried.pop(item.noun, None)

    def _take(self, item: Item, moment: Moment, *, again: bool) -> Iterator[Jump]:
        now = self.carried.get(item.noun)
        if again and now and moment.nearness == 1 and now.scene == item.scene - 1:
            what = f"takes the {item.noun} that is in hand since {now.spot.scene}"
            yield self._jump("prop", what, now, item, _AGAIN * moment.nearness)
        self.carried[item.noun] = _fuller(now, item)

    def _hurt(self, item: Item) -> Iterator[Jump]:
        side, _, part = item.noun.partition(" ")
        for other in self.injuries.values():
            its_side, _, its_part = other.noun.partition(" ")
            if part and part == its_part and side != its_side and other.scene != item.scene:
                what = f"{other.noun} in {other.spot.scene}, {item.noun} in {item.spot.scene}"
                yield self._jump("injury", what, other, item, _SIDES)
        self.injuries[item.noun or item.name] = item

    def _heal(self, item: Item, moment: Moment) -> Iterator[Jump]:
        for other in self.injuries.values():
            if other.scene != item.scene:
                what = f"{other.name} in {other.spot.scene}, {item.name} in {item.spot.scene}"
                yield self._jump("injury", what, other, item, _HURT * moment.nearness)
        self.injuries.clear()

    def appear(self, spot: Spot, moment: Moment) -> Iterator[Jump]:
        """Yield the jump of somebody who is dead and is seen again."""
        if self.dead and self.dead.scene != moment.scene:
            item = Item("", "", spot, 1.0, moment.scene)
            what = f"dies in {self.dead.spot.scene}, is seen in {spot.scene}"
            yield self._jump("death", what, self.dead, item, _DEAD)
            self.dead = None

    def stay(self, spot: Spot, moment: Moment) -> Iterator[Jump]:
        """Yield the injuries of the scene just before of which this one says nothing; a mere reminder."""
        if not any(item.scene == moment.scene for item in self.injuries.values()):
            for item in self.injuries.values():
                if item.scene == moment.scene - 1:
                    now = Item("", "", spot, 1.0, moment.scene)
                    what = f"{item.name} in {item.spot.scene}, not a word of it in {spot.scene}"
                    yield self._jump("injury", what, item, now, _SILENT)

    def _jump(self, kind: JumpKind, what: str, before: Item, after: Item, sure: float) -> Jump:
        return Jump(
            kind=kind,
            person=self.name,
            what=f"{self.name}: {what}",
            before=before.spot,
            after=after.spot,
            confidence=round(sure * min(before.confidence, after.confidence), 2),
        )


def _slot_of(noun: str) -> str:
    """Where a garment is worn; one that the table does not know has a place of its own."""
    return next((slot for slot, nouns in SLOTS.items() if noun in nouns), noun)


def _is_another(one: Item, other: Item) -> bool:
    """Whether two garments of one place cannot be the same: another noun, or another colour."""
    if one.noun != other.noun:
        return not {one.noun, other.noun} & _VAGUE
    colours = [set(item.name.split()) & set(COLOUR_WORDS) for item in (one, other)]
    return bool(colours[0] and colours[1] and not colours[0] & colours[1])


def _fuller(one: Item | None, other: Item) -> Item:
    """The newer item under the name that says more of it."""
    if one is None or one.noun != other.noun or len(other.name) >= len(one.name):
        return other
    return Item(other.noun, one.name, other.spot, other.confidence, other.scene)


_VAGUE = frozenset({"uniform", "suit", "robe", "hood"})
