"""The people score: whether one person's names are held together and other people's apart (B³).

What is scored are names: every speaker line by its text, weighted by how often it stands there, and every
alias once; with `each_once` every name weighs the same, which is the harder measure. A name may belong to
several people (`DIE WACHEN` speaks for three), so this is extended B³: two names count as told together as
often as they share a person; sharing too many costs precision, too few recall. A name that the program does
not know stands alone. Names that it has beyond the gold are not scored.
Source: Amigó, Gonzalo, Artiles, Verdejo, "A comparison of extrinsic clustering evaluation metrics based on
formal constraints", Information Retrieval 12 (2009), section 5.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_TOLD_BESIDE = re.compile(r"\s*\([^)]*\)")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Character:
    """One person: speaker lines as they stand, with their number, and other names."""

    name: str
    cues: Mapping[str, int] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()

    def names(self) -> Iterator[str]:
        """Yield every name of the person, normalised; a name may come more than once."""
        yield from (plain(one) for one in (*self.cues, *self.aliases))
        if not self.cues:
            yield plain(self.name)


@dataclass(frozen=True)
class PeopleScore:
    """The measure of one script. `split` are people under several ids, `merged` names of several in one."""

    names: int
    precision: float
    recall: float
    split: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def load_labels(path: Path) -> dict[str, tuple[Character, ...]]:
    """Read people by script: from `people-labels/1`, or the one script of a `script-gold/1` file."""
    read = json.loads(path.read_text(encoding="utf-8"))
    if read["schema"] == "people-labels/1":
        return {one["file"]: tuple(map(_character, one["people"])) for one in read["scripts"]}
    others = read.get("aliases", {})
    people = (_character({**one, "aliases": others.get(one["name"], ())}) for one in read["characters"])
    return {read["script"]: tuple(people)}


def joined(gold: Sequence[Character], further: Sequence[Character]) -> tuple[Character, ...]:
    """Add names from one list to the people of the same name in another; new people come last."""
    more = {one.name.upper(): one for one in further}
    both = [_with(one, more.pop(one.name.upper(), None)) for one in gold]
    return (*both, *more.values())


def found_in(inspected: Mapping[str, Any]) -> tuple[Character, ...]:
    """Return the people of a `script/1` record; a cue belongs to whoever has its name."""
    people = [one for one in inspected["entities"] if one["kind"] == "character"]
    names = [{one["name"].upper(), *(alias.upper() for alias in one["aliases"])} for one in people]
    cues: list[Counter[str]] = [Counter() for _ in people]
    for cue in inspected["cues"]:
        ids = cue.get("people") or ()
        for one, own, spoken in zip(people, names, cues, strict=True):
            if one["id"] in ids or (not ids and cue["character"].upper() in own):
                spoken[cue["raw"]] += 1
    return tuple(
        Character(one["name"], spoken, (one["name"], *one["aliases"]))
        for one, spoken in zip(people, cues, strict=True)
    )


def b_cubed(gold: Sequence[Character], found: Sequence[Character], *, each_once: bool = False) -> PeopleScore:
    """Hold the people found in one script against the true ones."""
    weights = _weights(gold)
    if each_once:
        weights = dict.fromkeys(weights, 1)
    true, told = _owners(gold), _owners(found)
    for name in weights:
        told.setdefault(name, frozenset({name}))
    pairs = _Pairs(weights, true, told)
    total = sum(weights.values())
    precision = sum(weight * pairs.precision(name) for name, weight in weights.items())
    recall = sum(weight * pairs.recall(name) for name, weight in weights.items())
    return PeopleScore(
        len(weights),
        precision / total if total else 1.0,
        recall / total if total else 1.0,
        tuple(one.name for one in gold if _is_split(one, told)),
        tuple(name for name in weights if any(pairs.is_merged(name, other) for other in weights)),
    )


def plain(name: str) -> str:
    """Return a name without case, extension and marks: `MIKE (CONT'D)` is `MIKE`."""
    upper = name.upper()
    return _SPACE.sub(" ", _EDGES.sub("", _TOLD_BESIDE.sub("", upper)) or _EDGES.sub("", upper))


@dataclass(frozen=True)
class _Pairs:
    """Both ways of telling together, by name."""

    weights: Mapping[str, int]
    true: Mapping[str, frozenset[str]]
    told: Mapping[str, frozenset[str]]

    def precision(self, name: str) -> float:
        """Return how much of what is told to be together with a name belongs there."""
        return self._share(name, self.told, self.true)

    def recall(self, name: str) -> float:
        """Return how much of what belongs together with a name is told to."""
        return self._share(name, self.true, self.told)

    def is_merged(self, name: str, other: str) -> bool:
        """Say whether two people's names are told to be one person's."""
        return bool(self.told[name] & self.told[other]) and not self.true[name] & self.true[other]

    def _share(
        self, name: str, side: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]
    ) -> float:
        shared = weight = 0.0
        for beside, often in self.weights.items():
            here = len(side[name] & side[beside])
            if here:
                shared += often * min(here, len(other[name] & other[beside])) / here
                weight += often
        return shared / weight


def _weights(gold: Iterable[Character]) -> dict[str, int]:
    weights: dict[str, int] = {}
    for one in gold:
        spoken: Counter[str] = Counter()
        for cue, times in one.cues.items():
            spoken[plain(cue)] += times
        for name in one.names():
            weights[name] = max(weights.get(name, 1), spoken[name])
    weights.pop("", None)
    return weights


def _owners(people: Sequence[Character]) -> dict[str, frozenset[str]]:
    """Return who has a name, by the number of the person."""
    owners: dict[str, set[str]] = defaultdict(set)
    for number, one in enumerate(people):
        for name in one.names():
            owners[name].add(f"{number} {one.name}")
    return {name: frozenset(those) for name, those in owners.items()}


def _is_split(one: Character, told: Mapping[str, frozenset[str]]) -> bool:
    each = [told[name] for name in one.names() if name]
    return any(not first & second for first in each for second in each)


def _character(read: Mapping[str, Any]) -> Character:
    cues = read.get("cues") or {cue: n for cue, n in read.get("cue_labels", {}).items() if cue}
    return Character(read["name"], cues, tuple(read.get("aliases", ())))


def _with(one: Character, more: Character | None) -> Character:
    return Character(one.name, one.cues, (*one.aliases, *more.aliases)) if more else one
