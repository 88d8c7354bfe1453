"""The breakdown: a document becomes the records that every later stage stands on.

    break_down
      cut_scenes, find_people                    what the draft says
      _identify                                  ids and numbers, from history where a scene is known
      _Records.scene                             scenes, one by one
      list_cast                                  assets: people and places
      ledger_of                                  every mention, with absolute lines
      stripboard_of                              pages, eighths and story days
      continuity_of                              who wears and carries what, and what does not follow

Pure: the same document and history give the same records. A scene's record holds nothing that another
scene could change, but for what it says it takes over: an insert its parent's place, a `CONTINUOUS` the
light of the scene it follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cine_forge.film.breakdown.featured import featured_props
from cine_forge.film.breakdown.mentions import Played, ledger_of
from cine_forge.film.breakdown.scene_draft import SceneDraft, required_scenes
from cine_forge.film.breakdown.stripboard import stripboard_of
from cine_forge.film.breakdown.tagged import tags_of
from cine_forge.film.continuity.continuity import Story, continuity_of
from cine_forge.film.identity import Sighting, match_scenes, new_scene_id
from cine_forge.film.numbering import allot_numbers, number_clashes
from cine_forge.film.people.cast_list import Designer, Desk, Locations, list_cast
from cine_forge.film.people.past import Past
from cine_forge.film.people.people import People, find_people
from cine_forge.film.people.person import Speaker
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.breakdown_sheet import SceneTags, Stripboard
from cine_forge.film.schemas.casting import Casting
from cine_forge.film.schemas.continuity import Continuity
from cine_forge.film.schemas.scene import (
    EntitySet,
    MentionLedger,
    Scene,
    SceneElement,
    Script,
    SetMember,
)
from cine_forge.film.screenplay.cues import Cue, parse_cue
from cine_forge.film.screenplay.document import Document, ElementType
from cine_forge.film.screenplay.source_text import SourceText
from cine_forge.kernel.ground.hashing import digest_of
from cine_forge.staging.grammar import DayTime, Place

_SPOKEN = frozenset(
    {ElementType.CHARACTER, ElementType.DIALOGUE, ElementType.PARENTHETICAL, ElementType.LYRIC}
)


@dataclass(frozen=True)
class History:
    """What the episode's last breakdown kept. `scenes` may hold retired ones, whose numbers stay taken.

    `find_asset` looks up a person or place that this breakdown does not know yet: another episode may.
    `casting` is what a person ruled about who is who; unlike the rest it is an input.
    """

    scene_set: EntitySet = field(default_factory=lambda: EntitySet(members=()))
    scenes: Mapping[str, Scene] = field(default_factory=dict)
    assets: Mapping[str, Asset] = field(default_factory=dict)
    find_asset: Callable[[str], Asset | None] = field(default=lambda _: None)
    casting: Casting = field(default_factory=Casting)

    def asset(self, identity: str) -> Asset | None:
        """Return the record of a person or place, whichever episode owns it, or None."""
        return self.assets.get(identity) or self.find_asset(identity)


@dataclass(frozen=True)
class Breakdown:
    """Everything the breakdown of one episode keeps. `assets` are those that this episode owns.

    `tags` hold what a person tagged in the source, for the scenes that have such items.
    """

    script: Script
    scene_set: EntitySet
    scenes: tuple[Scene, ...]
    asset_set: EntitySet
    assets: tuple[Asset, ...]
    ledger: MentionLedger
    stripboard: Stripboard
    continuity: Continuity
    tags: tuple[SceneTags, ...] = ()


@dataclass(frozen=True)
class _Known:
    """A draft of a scene with its id, its number, and its record of the last breakdown."""

    draft: SceneDraft
    id: str
    number: str
    before: Scene | None


def break_down(
    document: Document, source: SourceText, *, episode: str, history: History, designer: Designer
) -> Breakdown:
    """Break a script down. Raises ProjectError CF-F010 when it has no scene.

    `episode` is the entity of the script; `designer` gives new people looks and new places sets.
    """
    drafts = required_scenes(document, source.name)
    known = _identify(drafts, history, episode)
    people = find_people(drafts, history.casting, _past(history, known))
    records = _Records(known, people, Locations.of(drafts, episode), history)
    scenes = records.scenes()
    desk = Desk(episode, history.assets, history.asset, designer)
    cast = list_cast(scenes, people, records.locations, desk)
    live = {scene.id for scene in scenes}
    gone = (member.id for member in history.scene_set.members if member.id not in live)
    ledger = ledger_of(document, source, records.played, people)
    doubts = (
        *_number_warnings(known, history),
        *(f"line {one.line}: {one.message}" for one in people.doubts),
    )
    members = tuple(SetMember(id=scene.id, label=scene.number, parent=scene.parent) for scene in scenes)
    tags = (tags_of(one.id, one.draft, document.tags) for one in known)
    return Breakdown(
        script=Script(
            source=source.name,
            format=document.format,
            text=source.text,
            source_sha256=source.sha256,
            title_page=document.title_page,
        ),
        scene_set=EntitySet(members=members, retired=(*history.scene_set.retired, *gone)),
        scenes=scenes,
        asset_set=cast.members,
        assets=cast.owned,
        ledger=ledger.model_copy(
            update={"warnings": (*ledger.warnings, *doubts), "identities": people.identities()}
        ),
        stripboard=stripboard_of([one.id for one in known], [one.number for one in known], drafts),
        continuity=continuity_of(
            Story(drafts, people, [one.number for one in known], [one.id for one in known]), source.name
        ),
        tags=tuple(one for one in tags if one),
    )


def people_of(document: Document, name: str, *, episode: str, history: History) -> People:
    """Return who is who as the next breakdown of a script will have it. Raises as `break_down` does."""
    drafts = required_scenes(document, name)
    return find_people(drafts, history.casting, _past(history, _identify(drafts, history, episode)))


def _past(history: History, known: Sequence[_Known]) -> Past:
    """The people of the last breakdown, for those of this one to keep their ids."""
    before = (history.scenes[one.id] for one in history.scene_set.members if one.id in history.scenes)
    return Past.of(history.assets.values(), before, [one.id for one in known], history.asset)


def _identify(drafts: Sequence[SceneDraft], history: History, episode: str) -> tuple[_Known, ...]:
    """Give every draft its id and number; the known keep theirs."""
    old = [history.scenes[member.id] for member in history.scene_set.members if member.id in history.scenes]
    new = [_draft_sighting(draft) for draft in drafts]
    same = match_scenes([_sighting(scene) for scene in old], new)
    before = [old[same[position]] if position in same else None for position in range(len(drafts))]
    used = {*history.scene_set.retired, *(member.id for member in history.scene_set.members)}
    ids: list[str] = []
    twins: Counter[str] = Counter()
    for scene, draft in zip(before, drafts, strict=True):
        twins[draft.digest] += 1
        sight = digest_of([draft.digest, twins[draft.digest]])
        ids.append(scene.id if scene else new_scene_id(episode, sight, used))
        used.add(ids[-1])
    retired = [scene.number for scene in history.scenes.values()]
    own, kept = (
        [draft.heading.number for draft in drafts],
        [scene.number if scene else None for scene in before],
    )
    numbers = allot_numbers(own, kept, retired)
    return tuple(_Known(*row) for row in zip(drafts, ids, numbers, before, strict=True))


def _number_warnings(known: Sequence[_Known], history: History) -> Iterator[str]:
    """Yield what a draft's own numbers do that locked numbers may not."""
    own = [one.draft.heading.number for one in known]
    kept = [one.before.number if one.before else None for one in known]
    gone = history.scenes.keys() - {one.id for one in known}
    for clash in number_clashes(own, kept, {history.scenes[one].number for one in gone}):
        yield f"line {known[clash.position].draft.heading.line}: {clash}"


def _draft_sighting(draft: SceneDraft) -> Sighting:
    heading = draft.heading
    return Sighting(heading.text, draft.text, draft.digest, heading.number, heading.omitted)


def _sighting(scene: Scene) -> Sighting:
    text = "\n".join(element.text for element in scene.elements)
    return Sighting(scene.heading, text, scene_digest(scene), scene.number, scene.omitted)


def scene_digest(scene: Scene) -> str:
    """Return the digest that the scene's draft had."""
    return digest_of([scene.heading, [[element.type, element.text] for element in scene.elements]])


class _Records:
    """Scenes as records, made in script order so that each may take over from one before it."""

    def __init__(
        self, known: Sequence[_Known], people: People, locations: Locations, history: History
    ) -> None:
        self.known = known
        self.people = people
        self.locations = locations
        self.history = history
        self.made: dict[str, Scene] = {}
        self.played: list[Played] = []
        self._last_main: Scene | None = None

    def scenes(self) -> tuple[Scene, ...]:
        """Return the record of every scene in order."""
        for known in self.known:
            scene = self._scene(known)
            self.made[scene.id] = scene
            self.played.append(Played(known.draft, scene))
            if scene.kind != "insert" and not scene.omitted:
                self._last_main = scene
        return tuple(self.made.values())

    def _scene(self, known: _Known) -> Scene:
        draft = known.draft
        parent = self._parent(known)
        place, daytime, follows = self._light(known, parent)
        location = self.locations.at(draft.position)
        elements = tuple(self._elements(draft))
        cast = self._cast(draft)
        where = parent.location if parent else location.id
        return Scene(
            id=known.id,
            number=known.number,
            heading=draft.heading.text,
            kind=draft.kind,
            parent=parent.id if parent else None,
            place=place,
            location=where,
            location_name=parent.location_name if parent else location.name,
            sublocation=parent.sublocation if parent else draft.where.sublocation,
            time=draft.where.time,
            daytime=daytime,
            follows=follows,
            elements=elements,
            cast=cast,
            refs=(*cast, where),
            props=featured_props(draft, self.people),
            eighths=0 if draft.heading.omitted else draft.eighths,
            transition_out=_transition_out(draft),
            omitted=draft.heading.omitted,
        )

    def _parent(self, known: _Known) -> Scene | None:
        """The scene that an insert belongs to: the one it had, while that lives, else the one before it."""
        if known.draft.lead is None:
            return None
        before = known.before
        kept = before.parent if before and before.heading == known.draft.heading.text else None
        return self.made.get(kept or "") or self.made[self.known[known.draft.lead].id]

    def _light(self, known: _Known, parent: Scene | None) -> tuple[Place | None, DayTime, str | None]:
        """Place and light; where the heading names no light, that of the scene it follows on from."""
        if parent:
            return parent.place, parent.daytime, None
        where = known.draft.where
        if where.daytime:
            return where.place, where.daytime, None
        before = known.before
        if before and before.heading == known.draft.heading.text:
            lead = self.made.get(before.follows or "")
            return where.place, lead.daytime if lead else before.daytime, before.follows
        last = self._last_main
        return where.place, last.daytime if last else DayTime.DAY, last.id if last else None

    def _elements(self, draft: SceneDraft) -> Iterator[SceneElement]:
        cue, speaker = Cue(""), None
        for element in draft.body:
            dual = False
            if element.type is ElementType.CHARACTER:
                cue = parse_cue(element.text)
                speaker, dual = self.people.speaker(cue), element.dual
            elif element.type not in _SPOKEN:
                speaker = None
            yield SceneElement(
                type=element.type.value,
                text=element.text,
                at=max(0, element.line - draft.heading.line),
                character=speaker.ids[0] if speaker else None,
                name=cue.name if speaker else None,
                extension=cue.extension if speaker else None,
                dual=dual,
            )

    def _cast(self, draft: SceneDraft) -> tuple[str, ...]:
        """Who is seen: speakers but for voices from elsewhere, and those whom the action names."""
        seen: dict[str, None] = {}
        for element in draft.body:
            if element.type is ElementType.CHARACTER:
                seen.update(dict.fromkeys(self._seen(self.people.speaker(parse_cue(element.text)))))
            elif element.type is ElementType.ACTION:
                named = (found for found in self.people.named_in(element.text) if found.present)
                seen.update({found.id: None for found in named if self.people.get(found.id).stands_on_set})
        if draft.lead is not None:
            titled = self.people.named_in(draft.heading.text)
            seen.update({found.id: None for found in titled if found.present})
        return tuple(seen)

    def _seen(self, speaker: Speaker) -> Iterator[str]:
        if not speaker.off_screen:
            yield from (one for one in speaker.ids if self.people.get(one).stands_on_set)


def _transition_out(draft: SceneDraft) -> str | None:
    last = draft.body[-1] if draft.body else None
    return last.text if last and last.type is ElementType.TRANSITION else None
