"""Continuity: each person's wardrobe and props through the story days, and what does not follow.

    read_continuity
      find_people, scene_times        who there is, and when each scene plays
      observe                         what the action says, scene by scene
      Condition.see                   carried on person by person
      _things, _places, _lights       props that come back, people in two places, light that leaps

Pure, and before any board is drawn: it stands on the document alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cine_forge.film.breakdown.capitals import sentences
from cine_forge.film.breakdown.scene_draft import SceneDraft, cut_scenes
from cine_forge.film.breakdown.things import things_in
from cine_forge.film.continuity.condition import Condition, Item, Moment
from cine_forge.film.continuity.deed import Deed
from cine_forge.film.continuity.observation import Observation, observe
from cine_forge.film.continuity.scene_time import Closeness, scene_times
from cine_forge.film.numbering import allot_numbers
from cine_forge.film.people.people import People, find_people
from cine_forge.film.schemas.continuity import (
    Continuity,
    Jump,
    JumpKind,
    KeptItem,
    PersonContinuity,
    SceneContinuity,
    Spot,
)
from cine_forge.film.screenplay.cues import parse_cue
from cine_forge.film.screenplay.document import Document, ElementType
from cine_forge.film.screenplay.word_list import word_list
from cine_forge.staging.grammar import DayTime

_NEARNESS = {Closeness.AT_ONCE: 1.0, Closeness.MEANWHILE: 0.9, Closeness.LATER: 0.85}
_FAR = 0.7
_WHOLE_AGAIN, _TWO_PLACES, _LEAP = 0.65, 0.6, 0.8
_REMAINS = word_list(
    """broken shattered smashed burnt burned torn ruined wrecked crushed melted pieces remains shards ashes
    rest fragments splinters wreck wreckage debris new another other second replacement identical spare
    memory photograph picture"""
)


@dataclass(frozen=True)
class Story:
    """The scenes of a draft with who is in them. `numbers` and `ids` are by position."""

    drafts: Sequence[SceneDraft]
    people: People
    numbers: Sequence[str]
    ids: Sequence[str | None]


def read_continuity(document: Document, name: str) -> Continuity:
    """Read a script for continuity. `name` is the script's; a script without a scene has no rows."""
    drafts = cut_scenes(document)
    numbers = allot_numbers([one.heading.number for one in drafts], [None] * len(drafts))
    return continuity_of(Story(drafts, find_people(drafts), numbers, [None] * len(drafts)), name)


def continuity_of(story: Story, name: str) -> Continuity:
    """Read the scenes of a breakdown for continuity."""
    walk = _Walk(story)
    rows = [walk.play(at) for at, draft in enumerate(story.drafts) if not draft.heading.omitted]
    told = [row for row in rows if row.day.startswith("D")]
    beside = [row for row in rows if not row.day.startswith("D")]
    jumps = sorted(walk.jumps, key=lambda jump: (-jump.confidence, jump.after.line, jump.what))
    days = tuple(dict.fromkeys(row.day for row in told))
    return Continuity(source=name, days=days, scenes=(*told, *beside), jumps=tuple(jumps))


class _Walk:
    """The story as far as it was played."""

    def __init__(self, story: Story) -> None:
        self.drafts, self.people = story.drafts, story.people
        self.numbers, self.ids = story.numbers, story.ids
        self.times = scene_times(self.drafts)
        self.conditions = {one.id: Condition(one.name) for one in self.people.members}
        self.days: dict[str, str] = {}
        self.broken: dict[str, Item] = {}
        self.jumps: list[Jump] = []

    def play(self, at: int) -> SceneContinuity:
        """Play one scene; returns its row. A flashback is looked at alone and changes nothing."""
        draft, time = self.drafts[at], self.times[at]
        present = self._present(draft)
        if time.is_told:
            self._wake(present, time.day)
            moment = Moment(at, self._nearness(at))
            self.jumps += [*self._seen(draft, moment, present), *self._things(draft, moment)]
            self.jumps += [*self._places(at, present), *self._lights(at)]
        number, heading = self.numbers[at], draft.heading
        rows = (self._row(one) for one in present if not self.people.get(one).is_group)
        people = tuple(rows) if time.is_told else ()
        return SceneContinuity(
            id=self.ids[at],
            number=number,
            heading=heading.text,
            line=heading.line,
            day=time.day,
            closeness=time.closeness.value,
            people=people,
        )

    def _present(self, draft: SceneDraft) -> list[str]:
        """Who is seen: speakers but for voices from elsewhere, and those whom the action names."""
        found: dict[str, None] = {}
        for element in draft.body:
            if element.type is ElementType.CHARACTER:
                speaker = self.people.speaker(parse_cue(element.text))
                found.update(dict.fromkeys(() if speaker.off_screen else speaker.ids))
            elif element.type is ElementType.ACTION:
                found.update({one.id: None for one in self.people.named_in(element.text) if one.present})
        return [one for one in found if self.people.get(one).stands_on_set]

    def _acting(self, draft: SceneDraft) -> set[str]:
        """Who speaks on the spot, or begins a sentence: a name further on may only be spoken of."""
        present = set(self._present(draft))
        found = {
            one.id
            for element in draft.actions
            for _, text in sentences(element.text)
            for one in self.people.named_in(text)
            if one.start == len(text) - len(text.lstrip())
        }
        for element in draft.body:
            if element.type is ElementType.CHARACTER:
                found.update(self.people.speaker(parse_cue(element.text)).ids)
        return found & present

    def _wake(self, present: Sequence[str], day: str) -> None:
        for person in present:
            if self.days.setdefault(person, day) != day:
                self.conditions[person].wake()
                self.days[person] = day

    def _nearness(self, at: int) -> float:
        """How sure a jump into this scene is: the closer it follows, the surer."""
        time = self.times[at]
        before = self.times[at - 1] if at else time
        if time.closeness is Closeness.LATER and None not in (time.light, before.light):
            return _NEARNESS[time.closeness] if time.light == before.light else _FAR
        return _NEARNESS[time.closeness]

    def _seen(self, draft: SceneDraft, moment: Moment, present: Sequence[str]) -> Iterator[Jump]:
        told = list(observe(draft, self.people))
        dying = {one.person for one in told if one.deed is Deed.DEAD}
        for person in present:
            if person not in dying:
                yield from self.conditions[person].appear(self._heading(moment.scene), moment)
        for seen in told:
            spot = self._spot(moment.scene, seen.line, seen.text)
            if seen.deed is Deed.BREAKS:
                self._break(seen, spot, moment)
            if seen.person in self.conditions:
                yield from self.conditions[seen.person].see(seen, spot, moment)
        for person in sorted(self._acting(draft)) if moment.nearness == 1 else ():
            yield from self.conditions[person].stay(self._heading(moment.scene), moment)

    def _break(self, seen: Observation, spot: Spot, moment: Moment) -> None:
        item = Item(seen.noun, seen.name, spot, seen.confidence, moment.scene)
        self.broken.setdefault(seen.noun, item)
        for condition in self.conditions.values():
            condition.carried.pop(seen.noun, None)

    def _things(self, draft: SceneDraft, moment: Moment) -> Iterator[Jump]:
        """What was destroyed in an earlier scene and is there again, whole."""
        for thing in things_in(draft.body, self.people) if self.broken else ():
            noun = thing.noun.rpartition(" ")[2]
            item = self.broken.get(noun)
            if item is None or item.scene == moment.scene or thing.spoken:
                continue
            text = next((one.text for one in draft.body if one.line <= thing.line <= one.end_line), "")
            words = set(text.lower().replace(",", " ").replace(".", " ").split())
            ways = set(thing.name.lower().split()[:-1]), set(item.name.split()[:-1])
            if words & _REMAINS or (ways[0] and ways[1] and not ways[0] & ways[1]):
                continue
            spot = self._spot(moment.scene, thing.line, text)
            what = f"{item.name} destroyed in {item.spot.scene}, there again in {spot.scene}"
            del self.broken[noun]
            sure = _WHOLE_AGAIN * min(1.0, thing.confidence + 0.2)
            yield _jump("destroyed", what, (item.spot, spot), sure)

    def _places(self, at: int, present: Sequence[str]) -> Iterator[Jump]:
        """Who is in two places at the same time."""
        if not at or self.times[at].closeness is not Closeness.MEANWHILE:
            return
        before, here = self.drafts[at - 1], self.drafts[at]
        if before.where.location == here.where.location or "INTERCUT" in before.text.upper():
            return
        spots = self._heading(at - 1), self._heading(at)
        both = self._acting(before) & self._acting(here)
        for person in present:
            if person in both and not self.people.get(person).is_group:
                name = self.people.get(person).name
                where = f"in {before.where.location} and in {here.where.location} at the same time"
                yield _jump("two_places", f"{name}: {where}", spots, _TWO_PLACES, name)

    def _lights(self, at: int) -> Iterator[Jump]:
        """A scene that follows at once in another light."""
        if not at or self.times[at].closeness is Closeness.LATER:
            return
        before, here = self.times[at - 1], self.times[at]
        if before.light is None or here.light is None or not (before.is_told and here.is_told):
            return
        if (before.light is DayTime.NIGHT) == (here.light is DayTime.NIGHT):
            return
        spots = self._heading(at - 1), self._heading(at)
        what = f"{before.light.value} in {spots[0].scene}, {here.light.value} right after in {spots[1].scene}"
        yield _jump("light", what, spots, _LEAP)

    def _row(self, person: str) -> PersonContinuity:
        condition = self.conditions[person]
        return PersonContinuity(
            person=person,
            name=condition.name,
            wardrobe=_kept(condition.worn.values()),
            props=_kept(condition.carried.values()),
            injuries=_kept(condition.injuries.values()),
        )

    def _heading(self, at: int) -> Spot:
        heading = self.drafts[at].heading
        return self._spot(at, heading.line, heading.text)

    def _spot(self, at: int, line: int, text: str) -> Spot:
        return Spot(scene=self.numbers[at], line=line, text=" ".join(text.split()))


def _jump(
    kind: JumpKind, what: str, spots: tuple[Spot, Spot], sure: float, person: str | None = None
) -> Jump:
    before, after = spots
    return Jump(kind=kind, person=person, what=what, before=before, after=after, confidence=round(sure, 2))


def _kept(items: Iterable[Item]) -> tuple[KeptItem, ...]:
    return tuple(KeptItem(name=one.name, scene=one.spot.scene, line=one.spot.line) for one in items)
