"""What a store should hold, as plain dicts: the model that random work is compared with.

All artifacts are notes, so an entity names one, and what a version holds stands for its digest. Versions
count from 1, as in the store. Acts return what the store returns: a number, or the code of a refusal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

JUDGEMENTS = ("confirm", "revise")


@dataclass
class Kept:
    """One version: what it holds, what it was made from (entity: what that held), and by which unit."""

    holds: str
    made_from: dict[str, str]
    unit: str | None = None
    person: bool = False
    candidate: bool = False


@dataclass
class Model:
    """Versions and decisions by entity; `keeps` are the entities in the newest derivation of each unit."""

    kept: dict[str, list[Kept]] = field(default_factory=dict)
    said: dict[str, list[tuple[str, int, object]]] = field(default_factory=dict)
    keeps: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def save(self, entities: tuple[str, ...], holds: str, uses: list[str]) -> list[int]:
        made_from = {used: self.holds(used) for used in uses}
        kept = [self.keep(one, Kept(holds, made_from, entities[0]), by_module=True) for one in entities]
        self.keeps[entities[0]] = entities
        return kept

    def announce(self, entity: str, holds: str, uses: list[str], by_module: bool) -> int | str:
        if not by_module and self.locked(entity) == "hard":
            return "CF-A013"
        made_from = {used: self.holds(used) for used in uses}
        return self.keep(entity, Kept(holds, made_from), by_module=by_module)

    def edit(self, entity: str, chance: int, text: str, note: str) -> int | str:
        if self.locked(entity) and not (note and self.locked(entity) == "lock"):
            return "CF-A041" if self.locked(entity) == "lock" else "CF-A013"
        old = self.kept[entity][self.some(entity, chance) - 1]
        new = Kept(text + old.holds[1:], dict(old.made_from), person=True)
        return self.keep(entity, new, by_module=False)

    def state(self, entity: str, chance: int, kind: str) -> int | str:
        number = self.some(entity, chance)
        if kind in ("accept", "pin", "unpin") and self.locked(entity) == "hard":
            return "CF-A013"
        if kind == "accept" and not (number in self.waiting(entity) and number > self.current(entity)):
            return "CF-A019"
        said = self.said.setdefault(entity, [])
        said.append((kind, number, self.stands_on(entity, number)))
        return len(said)

    def keep(self, entity: str, new: Kept, *, by_module: bool) -> int:
        """Keep a version unless the current or the newest one holds the same, and return its number."""
        kept, now = self.kept.setdefault(entity, []), self.current(entity)
        new.candidate = bool(by_module and now and (kept[now - 1].person or self.locked(entity)))
        number = now
        if not now or kept[now - 1].holds != new.holds:
            number = len(kept)
            if not kept or (kept[-1].holds, number in self.waiting(entity)) != (new.holds, new.candidate):
                kept.append(new)
                number += 1
        if new.unit:
            kept[number - 1].unit, kept[number - 1].made_from = new.unit, new.made_from
        return number

    def some(self, entity: str, chance: int) -> int:
        return 1 + chance % len(self.kept[entity])

    def newest(self, entity: str, *kinds: str) -> tuple[str, int, object]:
        return next((one for one in reversed(self.said.get(entity, [])) if one[0] in kinds), ("", 0, None))

    def waiting(self, entity: str) -> set[int]:
        accepted = {number for kind, number, _ in self.said.get(entity, ()) if kind == "accept"}
        return {n for n, one in enumerate(self.kept[entity], 1) if one.candidate} - accepted

    def candidates(self, entity: str) -> list[int]:
        rejected = {number for kind, number, _ in self.said.get(entity, ()) if kind == "reject"}
        return sorted(n for n in self.waiting(entity) - rejected if n > self.current(entity))

    def current(self, entity: str) -> int:
        kind, pinned, _ = self.newest(entity, "pin", "unpin")
        free = set(range(1, len(self.kept[entity]) + 1)) - self.waiting(entity)
        return pinned if kind == "pin" else max(free, default=0)

    def holds(self, entity: str) -> str:
        return self.kept[entity][self.current(entity) - 1].holds

    def locked(self, entity: str) -> str:
        return self.newest(entity, "lock", "hard", "unlock")[0].replace("unlock", "")

    def stands_on(self, entity: str, number: int) -> dict[str, str]:
        """Return what the current inputs of a version hold, theirs too."""
        found: dict[str, str] = {}
        queue = [(entity, number)]
        for subject, version in queue:
            for made_from in self.kept[subject][version - 1].made_from.keys() - found - {subject}:
                found[made_from] = self.holds(made_from)
                queue.append((made_from, self.current(made_from)))
        return found

    def judged(self, entity: str, kind: str) -> bool:
        """Tell of which kind the newest judgement is that was bound to what the current version stands on."""
        now = self.current(entity)
        bound = (now, self.stands_on(entity, now))
        said = [one[0] for one in self.said.get(entity, ()) if one[0] in JUDGEMENTS and one[1:] == bound]
        return said[-1:] == [kind]

    def stale(self) -> dict[str, str]:
        """Return the entities whose current version is stale, each with its health."""
        found: set[str] = set()
        while grown := {one for one in self.kept.keys() - found if self.is_stale(one, found)}:
            found |= grown
        return {one: "needs_revision" if self.judged(one, "revise") else "stale" for one in found}

    def is_stale(self, entity: str, others: set[str]) -> bool:
        if entity not in self.standing() or self.judged(entity, "confirm"):
            return False
        made_from = self.kept[entity][self.current(entity) - 1].made_from
        inputs = {subject: was for subject, was in made_from.items() if subject != entity}
        return any(subject in others or self.holds(subject) != was for subject, was in inputs.items())

    def standing(self) -> list[str]:
        """Return the entities whose unit still keeps them, or that no unit made."""
        units = {one: kept[self.current(one) - 1].unit for one, kept in self.kept.items()}
        return [one for one, unit in units.items() if not unit or one in self.keeps[unit]]

    def seen(self) -> dict[str, Any]:
        """Return all that can be asked."""
        return {"stale": self.stale(), "keeps": self.keeps} | {
            entity: (
                [(one.holds, one.made_from) for one in kept],
                self.current(entity),
                self.candidates(entity),
                [(kind, number) for kind, number, _ in self.said.get(entity, ())],
            )
            for entity, kept in self.kept.items()
        }
