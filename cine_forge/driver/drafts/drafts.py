"""Drafts: what OLD and NEW of a command mean, found on disk or among what a project keeps.

A draft is a file, `@v2` (a version of the project's script) or `current` (the version that the project
stands on). Kept versions between the two belong to the way from one to the other, each in its colour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from cine_forge.driver.kept import open_store
from cine_forge.driver.places import Places
from cine_forge.film.drafts.draft import Draft
from cine_forge.film.drafts.revision_colour import Colour, RevisionColours
from cine_forge.film.paths import PROJECT_FILE
from cine_forge.film.project import load_project
from cine_forge.film.schemas.scene import EntitySet, MentionLedger, Scene
from cine_forge.film.screenplay.reading import check_suffix, read_source
from cine_forge.film.screenplay.source_text import open_source
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import Fault, ProjectError, UsageError, listed, nearest
from cine_forge.kernel.ground.hashing import digest_of_file
from cine_forge.kernel.ground.source import load_source, validate_model

CURRENT = "current"
_VERSION = re.compile(r"@v([1-9]\d{0,8})")
_HOW = "give a file, `@v2` for a version of the project's script, or `current`"


def find_drafts(old: str, new: str, *, folder: Path, colour: str | None = None) -> tuple[Draft, ...]:
    """Return the drafts from OLD to NEW, both of them and the kept versions between; reads only.

    A file OLD that is what the project stands on counts as `current`, so that ids and numbers are known.
    `colour` is that of NEW when it is not the next in order. Raises UsageError CF-F062 for a version that is
    not kept, CF-F064 for a colour or a list of colours, and as `read_script` does for a file.
    """
    colours = load_colours(folder)
    last = version_of(new, folder)
    first = version_of(old, folder) or standing_version(Path(old), folder)
    if first is None:
        drafts = [read_draft(Path(old), colours.of(0))]
        way = [] if last is None else [last]
    else:
        drafts = []
        way = _from_to(first, last or newest_version(folder))
    drafts += [kept_draft(folder, version, colours=colours) for version in way]
    if last is None:
        drafts.append(read_draft(Path(new), colours.of(way[-1] if way else 1)))
    elif len(drafts) == 1:
        drafts *= 2
    if colour is not None:
        drafts[-1] = replace(drafts[-1], colour=_named(colour, colours))
    return tuple(drafts)


def load_colours(folder: Path) -> RevisionColours:
    """Return the revision colours of a project. Raises ProjectError CF-F064."""
    source = load_source(Places.here({}).revision_colours(folder))
    return validate_model(source, RevisionColours, family=ProjectError, code="CF-F064", command="")


def read_draft(path: Path, colour: Colour) -> Draft:
    """Read a draft from a file. Raises as `read_script` does."""
    check_suffix(path.name)
    return Draft.of(path.name, read_source(open_source(path)), colour)


def version_of(text: str, folder: Path) -> int | None:
    """Return the version of the project's script that a word names, or None for a file's path.

    Raises UsageError CF-F062 when no such version is kept.
    """
    found = _VERSION.fullmatch(text)
    if found is None and (text != CURRENT or Path(text).is_file()):
        return None
    kept = _versions(folder)
    if found is None and kept:
        return newest_version(folder)
    if found is not None and int(found[1]) in kept:
        return int(found[1])
    if not kept:
        what = f"`{text}` names a kept script, and the project in `{folder}` keeps none yet"
        raise UsageError(Fault("CF-F062", what, hint=f"run it once, or {_HOW}"))
    known = listed([f"@v{version}" for version in kept])
    what = f"there is no version `{text}` of the script"
    raise UsageError(Fault("CF-F062", what, hint=f"kept: {known}"))


def standing_version(path: Path, folder: Path) -> int | None:
    """Return the version that the project stands on when the file has its very bytes, else None."""
    if not path.is_file() or not _versions(folder):
        return None
    with open_store(folder) as store:
        ledger = store.current("mention_ledger", _episode(folder))
        if ledger is None or ledger.envelope().data["source_sha256"] != digest_of_file(path):
            return None
    return newest_version(folder)


def newest_version(folder: Path) -> int:
    """Return the version of the script that the project stands on."""
    with open_store(folder) as store:
        held = store.current("script", _episode(folder))
    return held.ref.version if held else 0


def kept_draft(folder: Path, version: int, *, colours: RevisionColours) -> Draft:
    """Return a version of the project's script with the ids and numbers that its breakdown gave."""
    episode = _episode(folder)
    with open_store(folder) as store:
        parts = _Parts.of(store, Ref("script", episode, version))
        name = f"{parts.ledger.source} @v{version}"
        colour = colours.of(version - 1)
        draft = Draft.of_records(name, parts.scenes, ledger=parts.ledger, form=parts.form, colour=colour)
        return replace(draft, retired=frozenset(parts.retired))


@dataclass(frozen=True)
class _Parts:
    """What one breakdown made of a script. `retired` are numbers of scenes that were omitted before."""

    form: str
    scenes: tuple[Scene, ...]
    ledger: MentionLedger
    retired: tuple[str, ...]

    @classmethod
    def of(cls, store: Store, script: Ref) -> _Parts:
        """Read them from the record of the unit that made the script; of the current one, as it stands."""
        held = store.current(script.type, script.entity)
        made = store.derivation_of(script)
        refs = [Ref.parse(one.ref) for one in made.outputs] if made else []
        if held is not None and held.ref == script:
            currents = (store.current(ref.type, ref.entity) for ref in refs)
            refs = [one.ref for one in currents if one is not None]
        data = {(ref.type, ref.entity): store.load(ref).data for ref in refs if ref.type in _TYPES}
        scene_set = EntitySet.model_validate(data["scene_set", script.entity])
        scenes = tuple(Scene.model_validate(data["scene", member.id]) for member in scene_set.members)
        gone = (store.current("scene", one) for one in scene_set.retired)
        return cls(
            str(store.load(script).data["format"]),
            scenes,
            MentionLedger.model_validate(data["mention_ledger", script.entity]),
            tuple(str(one.envelope().data["number"]) for one in gone if one),
        )


_TYPES = frozenset({"scene_set", "scene", "mention_ledger"})


def _episode(folder: Path) -> str:
    return load_project(folder).episode


def _versions(folder: Path) -> list[int]:
    if not (folder / PROJECT_FILE).is_file():
        return []
    with open_store(folder) as store:
        return [ref.version for ref in store.versions("script", _episode(folder))]


def _from_to(first: int, last: int) -> list[int]:
    """The versions on the way; backwards there is none between."""
    return list(range(first, last + 1)) if first <= last else [first, last]


def _named(colour: str, colours: RevisionColours) -> Colour:
    """Return a colour by its name, of the rounds that have one. Raises UsageError CF-F064."""
    known = [colours.of(draft) for draft in range(len(colours.colours) * len(colours.rounds))]
    for one in known:
        if one.name == colour.lower():
            return one
    names = [one.name for one in known]
    hint = nearest(colour, names) or f"colours: {listed(names)}"
    raise UsageError(Fault("CF-F064", f"there is no revision colour `{colour}`", "--colour", hint))
