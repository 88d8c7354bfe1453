"""The desk: the only way a payload reaches a runner. Modules ask here in plain data.

A request is typed, its runner taken from the registry, and what the runner did is answered as plain
data with its receipt. What happens between is dispatch's, which the runner's steps come back to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from cine_forge.generation.ability import Ability, able, agreed
from cine_forge.generation.dispatch.dispatch import Dispatch
from cine_forge.generation.dispatch.order import NotYet, Order, Origin
from cine_forge.generation.dispatch.output import read_judgement, read_text
from cine_forge.generation.dispatch.recovery import Recovery
from cine_forge.generation.dispatch.settings import Settings
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.liveness import is_carried
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import ENDED, Frozen, Receipt
from cine_forge.generation.payloads import AnyPayload, Modality, TextPayload, read_payload
from cine_forge.generation.profiles import Profile
from cine_forge.generation.providers.opening import Opening, Providers
from cine_forge.generation.routing import Routes
from cine_forge.generation.runners.registry import RUNNERS, RunnerRegistry
from cine_forge.generation.runners.runner import RunResult, StubRunner
from cine_forge.generation.runners.step_runner import StepRunner
from cine_forge.kernel.artifacts.keeping.kept_file import checked_file
from cine_forge.kernel.ground.errors import Fault, InternalError, StageError, listed

_JUDGING = frozenset({Modality.EVAL_IMAGE, Modality.EVAL_VIDEO})
_SNAPPED = frozenset({Modality.IMAGE_T2I, Modality.VIDEO_I2V, Modality.VIDEO_R2V, Modality.IMAGE_PREVIZ})
"""What a snapshot of the inputs may come along with."""
_MEASURED = ("sha256", "width", "height", "fps", "frames", "seconds")


class Request(Frozen):
    """What a module may ask. `take_owner` is the entity whose takes are numbered.

    `inputs_snapshot` says what the payload was made from; it comes back with the result (seed 000, R4).
    """

    act: Literal["agree", "quote", "prepare", "send"]
    payload: dict[str, Any]
    attempt: int = 1
    take_owner: str | None = None
    inputs_snapshot: dict[str, Any] | None = None


class Desk:
    """The one door to every generator, for one project. Safe for threads and processes."""

    def __init__(
        self,
        dispatch: Dispatch,
        registry: RunnerRegistry,
        recovery: Recovery,
        able: Callable[[AnyPayload], Ability],
    ) -> None:
        self._dispatch = dispatch
        self._able = able
        self._registry = registry
        self.recovery = recovery

    def ask(self, request: Mapping[str, Any], origin: Mapping[str, str]) -> Mapping[str, Any]:
        """Agree on or quote (nothing is written), prepare (a receipt, nothing is spent) or send a payload.

        An agreement is the payload as whoever carries it takes it, what was conceded for that, and how long
        its prompt may be.
        Returns plain data; a sent one that still runs returns `{"parked": receipt id}`, one that the
        provider failed or refused a result with `success` false. A payload that stands for several purchases
        is answered with their sum, and each of them in `parts`. Raises StageError with every fault of the
        request, and BudgetError CF-G010 when the cap does not allow it.
        """
        asked = _read_request(request)
        modality = str(asked.payload.get("modality"))
        self._check_live(modality)
        if asked.inputs_snapshot is not None and modality not in _SNAPPED:
            what = f"`inputs_snapshot`: `{modality}` takes none; {listed(sorted(_SNAPPED))} do"
            raise StageError(Fault("CF-G008", what, "dispatch request"))
        order = Order(read_payload(asked.payload), asked.attempt, asked.take_owner, Origin.read(origin))
        if asked.act == "agree":
            return self._agreed(order)
        order = self._dispatch.standing(order)
        match asked.act:
            case "quote":
                drafts = [self._dispatch.draft(part) for part in order.parts()]
                return _quoted(drafts) | self._obstacle(order)
            case "prepare":
                return _quoted([self._dispatch.prepare(part) for part in order.parts()])
        return self._send(order, asked.inputs_snapshot)

    def ready(self, receipts: Collection[str]) -> frozenset[str]:
        """Return which of these parked receipts would not park again, asking their providers at a pace."""
        return self._dispatch.ready(receipts)

    def close(self) -> None:
        """Let go of files, processes and connections."""
        self._dispatch.close()

    def _agreed(self, order: Order) -> dict[str, Any]:
        payload, conceded = agreed(order.payload, self._able)
        ability = self._able(payload)
        return {
            "provider": ability.capabilities.name,
            "model": ability.profile.model,
            "payload": payload.model_dump(mode="json"),
            "conceded": [one.model_dump(mode="json") for one in conceded],
            "prompts": [one.model_dump(mode="json") for one in ability.prompts],
        }

    def _check_live(self, modality: str) -> None:
        runner = self._registry.get(modality)
        if isinstance(runner, StubRunner):
            what = f"modality `{modality}` has no live runner: {runner.lacking}"
            raise StageError(Fault("CF-G006", what, "payload"))

    def _obstacle(self, order: Order) -> dict[str, Any]:
        """Return for a text why nobody would answer it, or None; nothing for other modalities."""
        if not isinstance(order.payload, TextPayload):
            return {}
        found = self._dispatch.obstacle(order)
        return {"obstacle": {"why": found[0], "text": found[1]} if found else None}

    def _send(self, order: Order, snapshot: Mapping[str, Any] | None) -> Mapping[str, Any]:
        slots = order.slots() if snapshot is None else {**order.slots(), "inputs_snapshot": snapshot}
        try:
            result = self._registry.get(order.payload.modality).run(slots)
        except NotYet as waiting:
            return {"parked": waiting.receipt_id}
        receipts: list[Receipt] = []
        for part in order.parts():
            receipts.append(self._bought(part))
            if receipts[-1].state not in ENDED:
                return {"parked": receipts[-1].id}
        return _answered(result, receipts) | _words(self._dispatch.project, receipts[0])

    def _bought(self, order: Order) -> Receipt:
        """Return the receipt of an order that a runner carried, its output whole where it has one."""
        receipt = self._dispatch.outcome(order)
        if receipt is None:
            what = f"the runner of `{order.payload.modality}` returned without a receipt"
            raise InternalError(Fault("CF-G007", what, hint="a runner sends only through its step runner"))
        if receipt.output is not None and receipt.state in ENDED:
            output = receipt.output
            path = self._dispatch.project / output.path
            checked_file(path, sha256=output.sha256, size=output.bytes)
        return receipt


def open_desk(
    project: Path,
    routes: Routes,
    profiles: Mapping[str, Profile],
    surroundings: Surroundings,
    providers: Providers | None = None,
) -> Desk:
    """Open the door of a project, with its own live runners beside those registered in this process.

    Nothing is written before the first `prepare` or `send`. Without `providers`, those that ship with
    us are opened when they are first needed, each with its own folder below `receipts/`.
    """
    providers = providers or Providers(
        Opening(
            project / "receipts" / ".work",
            surroundings.environment,
            endpoints=routes.strategy.endpoints,
            folders=routes.folders,
            clock=surroundings.clock,
        )
    )
    settings = Settings(routes, profiles, providers)
    dispatch = Dispatch(project, Ledger(project / "ledger.sqlite"), settings, surroundings)
    registry = RUNNERS.copied(partial(is_carried, folders=routes.folders))
    registry.register_default_runners(StepRunner(dispatch, folder=project))
    return Desk(dispatch, registry, Recovery(dispatch, surroundings), able(routes, profiles))


def _read_request(request: Mapping[str, Any]) -> Request:
    try:
        return Request.model_validate(dict(request))
    except ValidationError as error:
        faults = [
            Fault("CF-G008", f"`{'.'.join(map(str, found['loc']))}`: {found['msg']}", "dispatch request")
            for found in error.errors(include_url=False)
        ]
        raise StageError(*faults) from None


def _quoted(drafts: Sequence[Receipt]) -> dict[str, Any]:
    """Return what one purchase would cost; of several the first, the sums, and each in `parts`."""
    parts: list[dict[str, Any]] = [
        {
            "receipt": draft.id,
            "provider": draft.provider,
            "model": draft.model,
            "routing_reason": draft.routing_reason,
            "est_cost_micro_usd": draft.est_cost_micro_usd,
            "est_seconds": draft.est_seconds,
        }
        for draft in drafts
    ]
    if len(parts) == 1:
        return parts[0]
    cost = sum(draft.est_cost_micro_usd for draft in drafts)
    seconds = sum(draft.est_seconds for draft in drafts)
    return {**parts[0], "est_cost_micro_usd": cost, "est_seconds": seconds, "parts": parts}


def _words(project: Path, receipt: Receipt) -> dict[str, Any]:
    """Return what a language model said, with its count of tokens, or why it said nothing.

    A judge's words are its scores. Other modalities have none.
    """
    if receipt.modality in _JUDGING:
        return {"scores": read_judgement(project / receipt.output.path) if receipt.output else None}
    if receipt.modality != Modality.TEXT_AUTHOR:
        return {}
    if receipt.output is None:
        return {"trouble": receipt.trouble}
    told = read_text(project / receipt.output.path)
    return {name: told.get(name) for name in ("text", "input_tokens", "output_tokens")}


def _answered(result: RunResult, receipts: Sequence[Receipt]) -> dict[str, Any]:
    """Return what one purchase brought; of several the first, the sum of costs, and each in `parts`."""
    parts = [_part(receipt) for receipt in receipts]
    told = {**vars(result), "metadata": dict(result.metadata), "output_url": receipts[0].output_url}
    if len(parts) == 1:
        return {"result": told, **parts[0]}
    cost = sum(part["cost_micro_usd"] for part in parts)
    return {"result": told, **parts[0], "cost_micro_usd": cost, "parts": parts}


def _part(receipt: Receipt) -> dict[str, Any]:
    output = receipt.output.model_dump() if receipt.output else {}
    return {
        "receipt": receipt.id,
        "provider": receipt.provider,
        "model": receipt.model,
        "cost_micro_usd": receipt.cost_micro_usd or 0,
        "take": receipt.take,
        **{name: output.get(name) for name in _MEASURED},
    }
