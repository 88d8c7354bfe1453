"""The mention score: how many of the labelled things are found, and how many of the found are there.

A thing counts as found when a found name of the same scene shares a head noun with it (`head_noun`), whatever
the category; `agreeing` asks for the category too. Within a scene each head counts once, so that "phone" as
prop and as sound is one thing when categories are pooled. Sounds and effects are events ("printer beeps"):
any word of theirs may match, as may any word of a person's name. A found category that a labeller did not
look for is left out. Pooled are the categories of things named by nouns; people, wounds, stunts and visual
effects are told by category alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.script.head_noun import any_word, heads

POOLED = ("prop", "set_dressing", "wardrobe", "vehicle", "animal", "sound", "sfx", "music")
PEOPLE = ("cast", "extras")
CATEGORIES = (*POOLED, "make_up", "vfx", "stunt", "special_equipment", *PEOPLE)
_EVENTS = frozenset({"sound", "sfx", "vfx", "stunt", "make_up", *PEOPLE})
_ALSO_CALLED = {
    "character": "cast",
    "extra": "extras",
    "background": "extras",
    "makeup": "make_up",
    "special_effect": "sfx",
    "visual_effect": "vfx",
    "greenery": "set_dressing",
    "dressing": "set_dressing",
}
_GOLD = ("props", "wardrobe", "vehicles", "sfx", "sound", "set_dressing")


@dataclass(frozen=True)
class Mention:
    """A name in a category at a line of the source; `also` are further names of the same thing."""

    category: str
    name: str
    line: int
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class LabelledScene:
    """A scene with its labels. `categories` are those that its labeller looked for."""

    file: str
    heading: str
    first: int
    last: int
    part: str
    language: str
    categories: frozenset[str]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True)
class Tally:
    """Counts over scenes: `hit` of the `labelled` were found, `right` of the `found` are labelled."""

    labelled: int = 0
    hit: int = 0
    found: int = 0
    right: int = 0

    @property
    def recall(self) -> float:
        """Return the share of the labelled that was found; 1 when nothing is labelled."""
        return self.hit / self.labelled if self.labelled else 1.0

    @property
    def precision(self) -> float:
        """Return the share of the found that is labelled; 1 when nothing is found."""
        return self.right / self.found if self.found else 1.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.labelled + other.labelled,
            self.hit + other.hit,
            self.found + other.found,
            self.right + other.right,
        )


@dataclass(frozen=True)
class Miss:
    """A label that was not found (`wrong` is False) or a finding that is no label."""

    file: str
    wrong: bool
    mention: Mention


@dataclass(frozen=True)
class MentionScore:
    """The measure over some scenes. `by_category` asks for the category too; `misses` are of `pooled`."""

    scenes: int
    pooled: Tally
    agreeing: Tally
    by_category: Mapping[str, Tally]
    misses: tuple[Miss, ...]


def load_labels(path: Path) -> tuple[LabelledScene, ...]:
    """Read labels: a `mention-labels/1` file, or the first scenes of a `script-gold/1` file (part `gold`)."""
    read = json.loads(path.read_text(encoding="utf-8"))
    if read["schema"] == "mention-labels/1":
        return tuple(_labelled(scene) for scene in read["scenes"])
    return tuple(_gold_scenes(read))


def found_in(inspected: Mapping[str, Any]) -> tuple[Mention, ...]:
    """Return the mentions of a `script/1` record; who has a cue is cast of that scene as well."""
    named = (Mention(category(one["category"]), one["name"], one["line"]) for one in inspected["mentions"])
    cues = (Mention("cast", one["character"], one["line"]) for one in inspected["cues"])
    return (*named, *cues)


def score(labels: Sequence[LabelledScene], found: Mapping[str, Sequence[Mention]]) -> MentionScore:
    """Hold what was found, by file, against the labels. Nothing was found in a file absent from `found`."""
    pooled = agreeing = Tally()
    by_category = dict.fromkeys(CATEGORIES, Tally())
    misses: list[Miss] = []
    for scene in labels:
        seen = [one for one in found.get(scene.file, ()) if scene.first <= one.line <= scene.last]
        pooled += _pooled(scene, seen, misses)
        for name in scene.categories:
            tally = _in_category(scene, seen, name)
            by_category[name] += tally
            agreeing += tally if name in POOLED else Tally()
    told = {name: tally for name, tally in by_category.items() if tally != Tally()}
    return MentionScore(len(labels), pooled, agreeing, told, tuple(misses))


def category(name: str) -> str:
    """Return a category by the one name it has here: `props` and `prop`, `character` and `cast`."""
    plain = name.casefold().replace(" ", "_").replace("-", "_")
    if plain in CATEGORIES:
        return plain
    single = plain.removesuffix("s")
    return _ALSO_CALLED.get(plain, _ALSO_CALLED.get(single, single))


def _labelled(scene: Mapping[str, Any]) -> LabelledScene:
    mentions = [
        Mention(category(name), one["name"], one["line"], tuple(one.get("also", ())))
        for name, entries in scene["labels"].items()
        for one in entries
    ]
    first, last = scene["lines"]
    language = scene.get("language", "en")
    looked_for = frozenset(CATEGORIES)
    return LabelledScene(
        scene["file"], scene["heading"], first, last, scene["part"], language, looked_for, tuple(mentions)
    )


def _gold_scenes(gold: Mapping[str, Any]) -> Iterator[LabelledScene]:
    lines = [scene["line"] for scene in gold["scenes"]]
    for entry in gold.get("elements_first5", ()):
        at = entry["scene"] - 1
        first, last = lines[at], lines[at + 1] - 1 if at + 1 < len(lines) else 10**9
        names = [name for name in entry if name in _GOLD or category(name) in PEOPLE]
        mentions = tuple(Mention(category(name), one, first) for name in names for one in entry[name])
        looked_for = frozenset(category(name) for name in _GOLD)
        heading, language = gold["scenes"][at]["raw"], gold.get("language", "en")
        yield LabelledScene(gold["script"], heading, first, last, "gold", language, looked_for, mentions)


def _pooled(scene: LabelledScene, seen: Sequence[Mention], misses: list[Miss]) -> Tally:
    """Tally one scene over the pooled categories and keep what went wrong."""
    wanted = _once(scene, (one for one in scene.mentions if one.category in POOLED))
    found = _once(scene, (one for one in seen if one.category in scene.categories & {*POOLED}))
    there = [one for one in scene.mentions if one.category not in PEOPLE]
    missed = [one for one in wanted if not _is_among(scene, one, found)]
    wrong = [one for one in found if not _is_among(scene, one, there)]
    misses += [Miss(scene.file, False, one) for one in missed]
    misses += [Miss(scene.file, True, one) for one in wrong]
    return Tally(len(wanted), len(wanted) - len(missed), len(found), len(found) - len(wrong))


def _in_category(scene: LabelledScene, seen: Sequence[Mention], name: str) -> Tally:
    wanted = _once(scene, (one for one in scene.mentions if one.category == name))
    found = _once(scene, (one for one in seen if one.category == name))
    hit = sum(_is_among(scene, one, found) for one in wanted)
    right = sum(_is_among(scene, one, wanted) for one in found)
    return Tally(len(wanted), hit, len(found), right)


def _once(scene: LabelledScene, mentions: Iterable[Mention]) -> list[Mention]:
    """Keep one mention per set of heads, the first."""
    first: dict[frozenset[str], Mention] = {}
    for one in mentions:
        first.setdefault(heads(one.name, scene.language), one)
    return list(first.values())


def _is_among(scene: LabelledScene, one: Mention, others: Iterable[Mention]) -> bool:
    return any(_share(scene, one, other) for other in others)


def _share(scene: LabelledScene, one: Mention, other: Mention) -> bool:
    is_event = one.category in _EVENTS and other.category in _EVENTS
    nouns = any_word if is_event else heads
    left = {noun for name in (one.name, *one.also) for noun in nouns(name, scene.language)}
    return any(left & nouns(name, scene.language) for name in (other.name, *other.also))
