"""The ledger's report: the books in the words of a film, with what was rejected, for people and programs.

Which scene and which shot a receipt belongs to, and what a verdict threw away, is read from what the project
keeps; a project that keeps nothing is reported by stage, provider, model, run and try alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cine_forge.driver.kept import open_store
from cine_forge.driver.money.caps import budget_of
from cine_forge.film.paths import PROJECT_FILE
from cine_forge.film.project import load_project
from cine_forge.generation.money.books import Books, Sum, open_books, tries
from cine_forge.generation.money.budget import Budget
from cine_forge.generation.money.entry import Entry
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.store import Store

ELSEWHERE = "-"
"""The name under which stands what belongs to no scene or no shot."""
_AGAINST = frozenset({"reject", "ng"})
_FOR = frozenset({"approve", "circle"})
_USD = 1_000_000


@dataclass(frozen=True)
class Places:
    """Where in the film things belong: an entity's scene and shot, as a person calls them."""

    scenes: Mapping[str, str]
    shots: Mapping[str, str]

    def scene(self, entry: Entry) -> str:
        """Return the scene of a receipt."""
        return self.scenes.get(_of_kind(entry.owner, "shot", "scene"), ELSEWHERE)

    def shot(self, entry: Entry) -> str:
        """Return the shot of a receipt."""
        return self.shots.get(_of_kind(entry.owner, "shot"), ELSEWHERE)


@dataclass(frozen=True)
class LedgerReport:
    """What a project spent, and on what."""

    books: Books
    places: Places
    budget: Budget

    def tables(self) -> Mapping[str, Mapping[str, Sum]]:
        """Return every table by its name."""
        ways: dict[str, Callable[[Entry], str]] = {
            "stage": lambda entry: entry.stage,
            "scene": self.places.scene,
            "shot": self.places.shot,
            "provider": lambda entry: entry.provider,
            "model": lambda entry: entry.model,
            "run": lambda entry: entry.run_id,
            "try": tries,
        }
        return {name: self.books.by(way) for name, way in ways.items()}

    def to_json(self) -> dict[str, Any]:
        """Return the report as `ledger/1`."""
        return {
            "schema": "ledger/1",
            **_sum_json(self.books.total()),
            "caps": _caps_json(self.budget),
            "by": {
                name: [{"name": of, **_sum_json(found)} for of, found in rows.items()]
                for name, rows in self.tables().items()
            },
            "unsettled": [_entry_json(entry) for entry in self.books.open()],
            "worst_estimates": [_entry_json(entry) for entry in self.books.worst()],
        }


def report_ledger(folder: Path) -> LedgerReport:
    """Read the report of a project; writes nothing."""
    project = load_project(folder) if (folder / PROJECT_FILE).is_file() else None
    budget = budget_of(project, project.budget_micro_usd() if project else None)
    with open_store(folder) as store:
        return LedgerReport(open_books(folder, _rejected(store)), _places(store), budget)


def _places(store: Store) -> Places:
    scenes = {data["id"]: str(data["number"]) for data in _all(store, "scene")}
    shots = list(_all(store, "shot"))
    of_shots = {data["id"]: scenes.get(data["scene"], ELSEWHERE) for data in shots}
    return Places(scenes | of_shots, {data["id"]: str(data["label"]) for data in shots})


def _rejected(store: Store) -> frozenset[str]:
    """Return the receipts of takes and boards that a verdict or a person threw away."""
    takes = {data["receipt"]: entity for entity, data in _currents(store, "take")}
    verdicts = {entity: data["verdict"] for entity, data in _currents(store, "verdict")}
    thrown = {
        receipt
        for receipt, entity in takes.items()
        if _last_word(store, "take", entity) in _AGAINST
        or (verdicts.get(entity) in ("reroll", "reject") and _last_word(store, "take", entity) not in _FOR)
    }
    return frozenset(thrown | set(_rejected_boards(store)))


def _rejected_boards(store: Store) -> Iterator[str]:
    """Yield the receipt of every board, of whatever version, that was refused."""
    for entity in store.entities("board_approval"):
        for ref in store.versions("board_approval", entity):
            said = store.load(ref).data or {}
            board = None if said.get("approved", True) else store.load(Ref.parse(said["board"])).data
            if board:
                yield board["receipt"]


def _last_word(store: Store, artifact_type: str, entity: str) -> str | None:
    """Return what a person said last of an artifact, for or against it."""
    said = [one for one in store.statements(artifact_type, entity) if one.kind in _AGAINST | _FOR]
    return max(said, key=lambda one: one.number).kind if said else None


def _all(store: Store, artifact_type: str) -> Iterator[Mapping[str, Any]]:
    return (data for _, data in _currents(store, artifact_type))


def _currents(store: Store, artifact_type: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for held in store.currents({artifact_type}):
        data = store.load(held.ref).data
        if data is not None:
            yield held.ref.entity, data


def _of_kind(owner: str, *kinds: str) -> str:
    """Return the part of an entity that names one of these kinds: `ep001/shot:a` of `ep001/shot:a/take:1`."""
    parts = owner.split("/")
    ends = [at for at, part in enumerate(parts, 1) if part.partition(":")[0] in kinds]
    return "/".join(parts[: ends[-1]]) if ends else owner


def _sum_json(found: Sum) -> dict[str, Any]:
    return {
        "receipts": found.receipts,
        "open": found.open,
        "spent_usd": found.spent / _USD,
        "reserved_usd": found.reserved / _USD,
        "lost_usd": found.lost / _USD,
        "lost_to_failures_usd": found.failed / _USD,
        "lost_to_rejects_usd": found.rejected / _USD,
        "estimated_usd": found.estimated / _USD,
        "charged_usd": found.charged / _USD,
        "charged_per_estimated": found.ratio,
    }


def _entry_json(entry: Entry) -> dict[str, Any]:
    return {
        "receipt": entry.id,
        "state": entry.state.value,
        "stage": entry.stage,
        "entity": entry.entity,
        "provider": entry.provider,
        "model": entry.model,
        "run_id": entry.run_id,
        "estimated_usd": entry.estimated / _USD,
        "reserved_usd": entry.held / _USD,
        "spent_usd": entry.spent / _USD,
    }


def _caps_json(budget: Budget) -> dict[str, Any]:
    return {
        "project_usd": _usd(budget.project),
        "run_usd": _usd(budget.run),
        "stage_usd": {stage: most / _USD for stage, most in budget.stages.items()},
        "shot_usd": _usd(budget.kinds.get("shot")),
    }


def _usd(micro_usd: int | None) -> float | None:
    return None if micro_usd is None else micro_usd / _USD
