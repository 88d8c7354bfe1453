"""The breakdown under measure: who is who (B³) and what every labelled scene needs (mentions).

Every labelled script is inspected once, as `cine-forge script inspect --json` does, by rules alone; both
measures are taken from that. What cannot be inspected counts as nothing found. No peer takes part: none of
those that were tried gives people or things.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

from bench.script import mention_score, people_score
from bench.script.clean_script import DATA
from bench.script.mention_score import MentionScore
from bench.script.people_score import PeopleScore
from cine_forge.film.screenplay.inspection import inspect_script
from cine_forge.kernel.ground.errors import CineForgeError

LABELS = Path(__file__).resolve().parents[1] / "labels"

Inspected = Mapping[str, Any]


@dataclass(frozen=True)
class Breakdown:
    """What the breakdown got right: people by script, scenes by part of the labels and together (`all`)."""

    gold: Mapping[str, PeopleScore]
    labelled: Mapping[str, PeopleScore]
    each_once: Mapping[str, PeopleScore]
    scenes: Mapping[str, MentionScore]

    @property
    def gold_f1(self) -> float:
        """Return the mean B³ F1 over the scripts with gold characters."""
        return mean(one.f1 for one in self.gold.values())


def break_down(data: Path = DATA) -> Breakdown:
    """Inspect every labelled script below `data` and hold it against the labels."""
    golds = {path: path.read_text(encoding="utf-8") for path in sorted((data / "gold").glob("*.gold.json"))}
    scripts = [path for path, text in golds.items() if '"script-gold/1"' in text]
    gold = {file: people for path in scripts for file, people in people_score.load_labels(path).items()}
    ours = people_score.load_labels(LABELS / "people.json")
    scenes = [*mention_score.load_labels(LABELS / "mentions.json")]
    with_things = [path for path in scripts if '"elements_first5"' in golds[path]]
    scenes += [scene for path in with_things for scene in mention_score.load_labels(path)]
    files = sorted({*gold, *ours, *(scene.file for scene in scenes)})
    seen = {file: one for file in files if (one := _inspected(data / "scripts" / file)) is not None}
    told = {file: people_score.found_in(one) for file, one in seen.items()}
    mentions = {file: mention_score.found_in(one) for file, one in seen.items()}
    known = {file: people_score.joined(people, ours.get(file, ())) for file, people in gold.items()}
    further = {file: people for file, people in ours.items() if file not in gold}
    parts: dict[str, Any] = {"all": scenes}
    for scene in scenes:
        parts.setdefault(scene.part, []).append(scene)
    once = partial(people_score.b_cubed, each_once=True)
    return Breakdown(
        gold={file: people_score.b_cubed(people, told.get(file, ())) for file, people in known.items()},
        labelled={file: people_score.b_cubed(people, told.get(file, ())) for file, people in further.items()},
        each_once={file: once(people, told.get(file, ())) for file, people in {**known, **further}.items()},
        scenes={part: mention_score.score(chosen, mentions) for part, chosen in parts.items()},
    )


def _inspected(path: Path) -> Inspected | None:
    try:
        return inspect_script(path)
    except CineForgeError:
        return None
