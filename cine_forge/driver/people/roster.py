"""The roster: who is who in the scripts of a project, as its next run will have it.

It reads the scripts as they are now, with what earlier runs kept and what people ruled; nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from cine_forge.film.breakdown.breakdown import people_of
from cine_forge.film.breakdown.remembering import remember
from cine_forge.film.naming import spelled
from cine_forge.film.people.name import name_of
from cine_forge.film.people.people import People
from cine_forge.film.people.person import Person
from cine_forge.film.project import Project
from cine_forge.film.schemas.casting import Casting
from cine_forge.film.screenplay.reading import read_script
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import Fault, UsageError, nearest

CASTING, EVERYBODY = "casting", "people"
"""The type of the artifact that holds the rulings, and the entity that it is about."""


@dataclass
class Entry:
    """One person over all episodes. `speeches` and `scenes` count where they speak."""

    id: str
    name: str
    version_of: str | None
    names: dict[str, str] = field(default_factory=dict)
    cues: dict[str, None] = field(default_factory=dict)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    episodes: list[str] = field(default_factory=list)
    speeches: int = 0
    scenes: int = 0

    @property
    def handle(self) -> str:
        """Return a name, in capitals, by which scripts know the person."""
        own = spelled(self.name)
        return (
            own if own in self.cues or (own in self.names and not self.cues) else next(iter(self.cues), own)
        )

    @property
    def aliases(self) -> tuple[str, ...]:
        """Return the other names, as written."""
        return tuple(written for name, written in self.names.items() if name != spelled(self.name))

    def to_json(self) -> dict[str, Any]:
        """Return it as `people/1` holds it."""
        own = {"id": self.id, "name": self.name, "aliases": list(self.aliases), "version_of": self.version_of}
        counts = {"speeches": self.speeches, "scenes": self.scenes, "episodes": self.episodes}
        return {**own, **counts, "cues": list(self.cues), "evidence": self.evidence}


@dataclass(frozen=True)
class Roster:
    """Everyone, in the order they are met; what a person should settle, as (place, sentence)."""

    entries: tuple[Entry, ...]
    doubts: tuple[tuple[str, str], ...]
    casting: Casting

    def named(self, text: str) -> Entry:
        """Return who is meant by a name, in any letters, or by an id.

        Raises UsageError CF-F050 when it is nobody's, CF-F055 when it is several people's.
        """
        by_id = [one for one in self.entries if one.id == text or one.id == f"character:{text}"]
        own = [one for one in self.entries if spelled(one.name) == spelled(text)]
        any_name = [one for one in self.entries if spelled(text) in one.names]
        alike = [one for one in self.entries if any(_is_alike(text, name) for name in one.names)]
        found = by_id or own or any_name or alike
        if len(found) == 1:
            return found[0]
        if found:
            what = f"`{text}` is a name of {' and '.join(f'`{one.name}`' for one in found)}"
            ids = ", ".join(f"`{one.id}`" for one in found)
            raise UsageError(Fault("CF-F055", what, hint=f"say which by id: {ids}"))
        known = [*(one.name for one in self.entries), *(name for one in self.entries for name in one.names)]
        hint = nearest(spelled(text), known) or "`cine-forge people list` lists everyone"
        raise UsageError(
            Fault("CF-F050", f"nobody is called `{text}` in the scripts of this project", hint=hint)
        )


def roster_of(folder: Path, project: Project, store: Store) -> Roster:
    """Read every script of the project. Raises ProjectErrors as reading a script does."""
    casting = casting_in(store)
    entries: dict[str, Entry] = {}
    doubts: list[tuple[str, str]] = []
    for episode, script in episodes_of(project):
        document = read_script(folder / script)
        history = remember(partial(_look_up, store), episode, casting)
        people = people_of(document, Path(script).name, episode=episode, history=history)
        for person in people.members:
            _add(
                entries.setdefault(person.id, Entry(person.id, person.name, person.version_of)),
                person,
                people,
                episode,
            )
        doubts += [(f"{Path(script).name}:{one.line}", one.message) for one in people.doubts]
    return Roster(tuple(entries.values()), tuple(doubts), casting)


def episodes_of(project: Project) -> Iterator[tuple[str, str]]:
    """Yield (episode, script) of a project; without a list it has the one that is worked on."""
    if project.episodes:
        yield from ((episode.id, episode.script) for episode in project.episodes)
    else:
        yield project.episode, project.script


def casting_in(store: Store) -> Casting:
    """Return what people ruled so far."""
    held = store.current(CASTING, EVERYBODY)
    return Casting.model_validate(held.envelope().data) if held else Casting()


def _is_alike(text: str, name: str) -> bool:
    """Whether two names differ in an article or marks only: `baker` and `THE BAKER`."""
    return name_of(text).key == name_of(name).key


def _add(entry: Entry, person: Person, people: People, episode: str) -> None:
    for name in (person.name, *person.cues, *person.aliases):
        entry.names.setdefault(spelled(name), name)
    entry.cues.update(dict.fromkeys(person.cues))
    entry.evidence += [{**link.to_json(), "episode": episode} for link in person.evidence]
    entry.episodes.append(episode)
    entry.speeches += sum(people.company.times(cue) for cue in person.cues)
    entry.scenes += len({scene for cue in person.cues for scene in people.company.scenes(cue)})


def _look_up(store: Store, kind: str, entity: str) -> Mapping[str, Any] | None:
    held = store.current(kind, entity)
    return held.envelope().data if held else None
