"""Review and reroll: judges the takes of one shot, makes further attempts, chooses the take of the cut.

    review: judge take n -> good? choose it
                         -> attempts left? new seed and fix note -> freeze, keep -> buy -> keep take n+1
                         -> none left? choose the best, not approved, and say so

The loop is bounded and lies within one unit; every attempt is kept at once because it is paid for. A
person's circle wins over every measurement. It talks to the outside through `Ports` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cine_forge.film.requests.agreement import agree
from cine_forge.film.requests.clips import freeze, kept_form, next_wish, payload_draft
from cine_forge.film.requests.fitting import fit_clip
from cine_forge.film.requests.purchase import Dispatch, prepare
from cine_forge.film.schemas.shot import Shot
from cine_forge.film.schemas.take import FrozenPayload, Selection, Take, TakeVerdict
from cine_forge.film.takes.qc import Measured, Thresholds, fix_note, run_checks, verdict_of
from cine_forge.film.takes.takes import buy_take, make_take, take_draft, take_entity
from cine_forge.kernel.artifacts.records.envelope import Draft
from cine_forge.kernel.ground.errors import Fault, StageError


@dataclass(frozen=True)
class Ports:
    """The outside, as functions: buy, keep now, measure a clip, and a folder for sidecars."""

    dispatch: Dispatch
    announce: Callable[[Draft], str]
    probe: Callable[[Path], Measured]
    folder: Path


@dataclass(frozen=True)
class Candidate:
    """A take, where its clip lies, and the payload that it was made from."""

    take: Take
    clip: Path
    frozen: FrozenPayload


@dataclass(frozen=True)
class Rules:
    """How the loop ends: attempts in all, and what passes."""

    max_attempts: int = 2
    thresholds: Thresholds = field(default_factory=Thresholds)


@dataclass(frozen=True)
class Review:
    """What a review keeps: verdicts, further payloads and takes, the selection; and what it cost."""

    drafts: tuple[Draft, ...]
    selection: Selection
    cost_micro_usd: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """A candidate with its verdict."""

    candidate: Candidate
    verdict: TakeVerdict


def review(
    shot: Shot,
    candidates: Sequence[Candidate],
    ports: Ports,
    *,
    rules: Rules,
    decisions: Sequence[Mapping[str, Any]] = (),
) -> Review:
    """Judge and choose. Raises StageError CF-F131 when the shot has no take at all."""
    if not candidates:
        raise StageError(
            Fault("CF-F131", "there is no take to review", f"shot {shot.label}", "run `generation`")
        )
    judged: list[Judged] = []
    kept: list[Draft] = []
    cost = 0
    pending = sorted(candidates, key=lambda candidate: candidate.take.attempt)
    while pending:
        candidate = pending.pop(0)
        judged.append(_judge(shot, candidate, ports, rules))
        if pending or judged[-1].verdict.verdict != "reroll":
            continue
        again, drafts = _reroll(shot, judged[-1], ports)
        kept += drafts
        cost += again.take.cost_micro_usd
        pending.append(again)
    selection = select(shot, judged, decisions)
    warned = () if selection.approved else (f"{shot.label}: {selection.why}",)
    verdicts = [_verdict_draft(one.verdict) for one in judged]
    return Review((*kept, *verdicts, _selection_draft(selection)), selection, cost, warned)


def select(shot: Shot, judged: Sequence[Judged], decisions: Sequence[Mapping[str, Any]] = ()) -> Selection:
    """Choose the take: the one a person circled, else the first approved, else the one that failed least."""
    by_entity = {take_entity(shot.id, one.candidate.take.number): one for one in judged}
    circled = [
        found for found in decisions if found.get("kind") == "circle" and _entity_in(found) in by_entity
    ]
    if circled:
        newest = circled[-1]
        why = f"circled by {newest.get('by', 'a person')}"
        return _selection(shot, by_entity[_entity_in(newest)], len(judged), approved=True, why=why)
    good = next((one for one in judged if one.verdict.verdict == "approve"), None)
    if good:
        return _selection(shot, good, len(judged), approved=True, why="passed every check")
    best = min(judged, key=lambda one: (len(one.verdict.reasons), one.candidate.take.attempt))
    why = f"no take passed in {len(judged)} attempts; " + "; ".join(best.verdict.reasons)
    return _selection(shot, best, len(judged), approved=False, why=why)


def _judge(shot: Shot, candidate: Candidate, ports: Ports, rules: Rules) -> Judged:
    checks = run_checks(ports.probe(candidate.clip), kept_form(candidate.frozen), rules.thresholds)
    entity = take_entity(shot.id, candidate.take.number)
    left = rules.max_attempts - candidate.take.attempt
    return Judged(candidate, verdict_of(shot.id, entity, checks, attempts_left=left))


def _reroll(shot: Shot, failed: Judged, ports: Ports) -> tuple[Candidate, list[Draft]]:
    """Make the next attempt: freeze and keep its payload, buy it, keep its take."""
    attempt = failed.candidate.take.attempt + 1
    before, fix = failed.candidate.frozen, fix_note(failed.verdict)
    wish, brief = next_wish(before, shot, attempt=attempt, fix=fix)
    agreed = agree(ports.dispatch, wish, brief, model=before.prompt_model)
    offer = prepare(ports.dispatch, agreed.payload, attempt)
    frozen = freeze(shot, agreed, offer, attempt, model=before.prompt_model)
    request = payload_draft(frozen, "rerolled_payloads", f"attempt {attempt - 1} failed: {fix}")
    ports.announce(request)
    made = buy_take(ports.dispatch, frozen)
    heard = ports.probe(made.path).has_audio
    bought = fit_clip(made, agreed.kept, ports.folder)
    new = make_take(shot, frozen, bought, has_audio=heard, folder=ports.folder)
    draft = take_draft(new, "rerolled_takes", shot.label)
    ports.announce(draft)
    return Candidate(new.take, bought.path, frozen), [request, draft]


def _selection(shot: Shot, chosen: Judged, attempts: int, *, approved: bool, why: str) -> Selection:
    take = take_entity(shot.id, chosen.candidate.take.number)
    return Selection(shot=shot.id, take=take, approved=approved, attempts=attempts, why=why)


def _entity_in(statement: Mapping[str, Any]) -> str:
    """Return the entity that a statement is about: its ref without type and version."""
    ref = str(statement.get("ref", ""))
    return ref.partition("/")[2].rpartition("@v")[0]


def _verdict_draft(verdict: TakeVerdict) -> Draft:
    return Draft(
        output="verdicts",
        entity=verdict.take,
        data=verdict.model_dump(mode="json"),
        intent="Judge the take by what can be measured",
        rationale="; ".join(verdict.reasons) or "every check passed",
    )


def _selection_draft(selection: Selection) -> Draft:
    return Draft(
        output="selection",
        entity=selection.shot,
        data=selection.model_dump(mode="json"),
        intent="Choose the take of the cut",
        rationale=selection.why,
    )
