"""Triage for a project: which assessor looks at what is stale, who has it look, and who pays.

The wording assessor reads the store and no more. A language model is asked through the one door, like every
other generation: routed, priced, capped for this triage as for a run, written down as a receipt.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cine_forge.authoring.assessing import STAGE, assessment, reason_of
from cine_forge.driver.artifacts.decide import person_of
from cine_forge.driver.money.caps import budget_of
from cine_forge.driver.money.market import Door, Market
from cine_forge.driver.places import Places
from cine_forge.driver.runs import new_run_id
from cine_forge.driver.upkeep.identity import original_of, read_identity
from cine_forge.driver.wiring import open_store, utc_now
from cine_forge.film.project import load_project
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.kernel.artifacts.triage.triage import Assessor, Finding, Outcome, Question, triage
from cine_forge.kernel.artifacts.triage.wording import WordingAssessor
from cine_forge.kernel.ground.errors import Fault, StageError, UsageError, listed, nearest
from cine_forge.kernel.ground.hashing import digest_of_file, seed_of
from cine_forge.kernel.stages.steps.author import ask
from cine_forge.kernel.stages.steps.chat import DispatchChat

ASSESSORS = ("wording", "model")


@dataclass(frozen=True)
class _Sender:
    """The part of a unit's context that a chat needs, for a question that no unit asks."""

    door: Door
    run_id: str
    entity: str
    seed: int

    def dispatch(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send through the door. Raises StageError CF-S040 when the answer is not there yet."""
        origin = {"run_id": self.run_id, "stage": STAGE, "entity": self.entity}
        answer = self.door.ask(request, origin)
        if "parked" in answer:
            raise StageError(Fault("CF-S040", f"the answer is on its way: receipt {answer['parked']}"))
        return answer


class ModelAssessor:
    """A language model behind the door. `answers` are those of a rehearsal, as a request carries them."""

    name = "model"
    source: Literal["ai", "code"] = "ai"

    def __init__(self, door: Door, run_id: str, answers: Mapping[str, Any] | None) -> None:
        self._door = door
        self._run_id = run_id
        self._answers = answers
        self._calls = 0

    def assess(self, question: Question) -> Finding:
        """Ask the model; no answer, or none that fits, is no opinion.

        Raises BudgetError CF-G010 at the cap.
        """
        entity = str(question.ref)
        chat = DispatchChat(
            _Sender(self._door, self._run_id, entity, seed_of(STAGE, entity)), self._answers, self._calls
        )
        try:
            opinion = ask(assessment(_told(question)), chat, STAGE).data
        except StageError as error:
            return Finding("unsure", "; ".join(fault.what for fault in error.faults), 0.0)
        finally:
            self._calls = chat.calls
        return Finding(opinion["answer"], reason_of(opinion), float(opinion["confidence"]))


def triage_project(
    folder: Path, name: str, *, by: str | None, answers: str | None = None
) -> Iterator[Outcome]:
    """Yield what an assessor finds about each stale artifact of a project, and keep it.

    Raises UsageError CF-U057 for an unknown assessor, CF-U051 for an unknown person, CF-U058 when the file of
    a rehearsal's answers is not in the project.
    """
    person = person_of(load_project(folder), by)
    with _assessor(folder, name, answers) as assessor, open_store(folder, write=True) as store:
        yield from triage(store, assessor, asked_by=person)


@contextmanager
def _assessor(folder: Path, name: str, answers: str | None) -> Iterator[Assessor]:
    if name not in ASSESSORS:
        hint = nearest(name, ASSESSORS) or f"there are {listed(ASSESSORS)}"
        raise UsageError(Fault("CF-U057", f"there is no assessor `{name}`", "--assessor", hint))
    if name == "wording":
        yield WordingAssessor()
        return
    places, run_id = Places.here(os.environ), f"triage-{new_run_id(utc_now())}"
    market = Market.of_files(
        places.providers(folder), places.models(folder), None, adapters=places.adapters(folder)
    )
    door = Door(folder, market, lambda: _surroundings(folder))
    try:
        yield ModelAssessor(door, run_id, _rehearsed(folder, answers))
    finally:
        door.close()


def _surroundings(folder: Path) -> Surroundings:
    claimed, project = read_identity(folder), load_project(folder)
    return Surroundings(
        clock=utc_now,
        receipts_log=lambda run_id: folder / "runs" / run_id / "receipts.jsonl",
        budget=budget_of(project, project.budget_micro_usd()),
        is_copy=original_of(folder) is not None,
        own_mark=claimed.own_mark if claimed else "",
        environment=os.environ,
    )


def _rehearsed(folder: Path, answers: str | None) -> dict[str, Any] | None:
    """Return a rehearsal's answers as a request carries them: the file by its path in the project."""
    if answers is None:
        return None
    path = folder / answers
    if not (path.is_file() and path.resolve().is_relative_to(folder.resolve())):
        what = f"there is no file `{answers}` in `{folder}`"
        raise UsageError(Fault("CF-U058", what, "--answers", "put the answers into the project"))
    sheet = {"entity": "triage", "role": "answers", "path": answers, "sha256": digest_of_file(path)}
    return {"answers": sheet}


def _told(question: Question) -> dict[str, Any]:
    """Return a question as JSON data: what changed first, then the artifact."""
    changes = [
        {
            "input": str(change.used),
            "now": str(change.now) if change.now else None,
            "fields": [field._asdict() for field in change.diff.fields] if change.diff else [],
            "media": [{"name": one.name, "kind": one.kind} for one in change.diff.media]
            if change.diff
            else [],
        }
        for change in question.changes
    ]
    return {
        "artifact": {"ref": str(question.ref), "intent": question.intent, "data": dict(question.data)},
        "has_pictures_or_sound": question.has_media,
        "changes": changes,
        "cause": list(question.cause),
    }
