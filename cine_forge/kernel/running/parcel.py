"""Parcels: orders, messages and reports as bytes of JSON, for the way to another process and back.

Both sides read with the same strictness; the run's side trusts nothing that a child wrote. Media go by
path. What a parcel means is decided by who asked for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.artifacts.records.envelope import Draft, MediaFile
from cine_forge.kernel.ground import errors
from cine_forge.kernel.ground.errors import CineForgeError, Fault, StageError
from cine_forge.kernel.ground.source import Source
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.running.report import Report
from cine_forge.kernel.stages.contract import Given, StageResult
from cine_forge.kernel.stages.discovery import Module
from cine_forge.kernel.stages.manifest import Manifest

_FAMILIES = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, CineForgeError)
}


class Misread(Exception):
    """A parcel is not what was expected."""


class _Part(BaseModel):
    """A part of a parcel that refuses unknown keys and coerces nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Refusal(_Part):
    """An error for a person: its family and its faults as (code, what, where, hint)."""

    family: str
    transient: bool = False
    faults: Annotated[tuple[tuple[str, str, str, str], ...], Field(min_length=1)]

    def error(self) -> CineForgeError:
        family = _FAMILIES.get(self.family, StageError)
        return family(*(Fault(*fault) for fault in self.faults), transient=self.transient)


class _Result(_Part):
    outputs: tuple[Draft, ...] = ()
    cost_micro_usd: int = Field(0, ge=0)
    warnings: tuple[str, ...] = ()
    waiting: str | None = None


class _Ended(_Part):
    """A report: exactly one of `result`, `parked` and `refusal` is set."""

    result: _Result | None = None
    parked: str | None = None
    refusal: _Refusal | None = None
    traceback: str = ""


class _History(_Part):
    say: Literal["history"]
    type: str
    entity: str


class _Dispatch(_Part):
    say: Literal["dispatch"]
    request: dict[str, Any]


class _Announce(_Part):
    say: Literal["announce"]
    draft: Draft


class _Progress(_Part):
    say: Literal["progress"]
    done: int
    total: int


class _Log(_Part):
    say: Literal["log"]
    message: str
    values: dict[str, Any]


_MESSAGE: TypeAdapter[_History | _Dispatch | _Announce | _Progress | _Log] = TypeAdapter(
    Annotated[_History | _Dispatch | _Announce | _Progress | _Log, Field(discriminator="say")]
)


def pack_order(order: WorkOrder) -> dict[str, Any]:
    """Return an order as plain data."""
    module = order.module
    return {
        "unit": [order.unit.stage, order.unit.entity],
        "manifest": module.manifest.model_dump(mode="json", by_alias=True),
        "folder": str(module.folder),
        "root": str(module.root),
        "inputs": {name: _pack_input(value) for name, value in order.inputs.items()},
        "params": dict(order.params),
        "facts": dict(order.facts),
        "decisions": [dict(statement) for statement in order.decisions],
        "seed": order.seed,
        "run_id": order.run_id,
        "scratch": str(order.scratch),
        "block": None if order.block is None else dict(order.block),
    }


def unpack_order(data: Mapping[str, Any]) -> WorkOrder:
    """Return the order that `pack_order` made plain; the child trusts its run."""
    folder = Path(data["folder"])
    manifest = Manifest.model_validate(data["manifest"])
    source = Source(str(folder / "module.yaml"), data["manifest"])
    return WorkOrder(
        UnitKey(stage=data["unit"][0], entity=data["unit"][1]),
        Module(manifest, folder, Path(data["root"]), source),
        {name: _unpack_input(value) for name, value in data["inputs"].items()},
        data["params"],
        MappingProxyType(data["facts"]),
        tuple(data["decisions"]),
        data["seed"],
        data["run_id"],
        Path(data["scratch"]),
        data["block"],
    )


def pack_report(report: Report) -> bytes:
    """Return how a unit ended as bytes."""
    ended: dict[str, Any] = {"traceback": report.traceback}
    if report.result is not None:
        result = report.result
        ended["result"] = {
            "outputs": [_pack_draft(draft) for draft in result.outputs],
            "cost_micro_usd": result.cost_micro_usd,
            "warnings": result.warnings,
            "waiting": result.waiting,
        }
    elif report.parked is not None:
        ended["parked"] = report.parked
    elif report.error is not None:
        ended["refusal"] = pack_error(report.error)
    return _bytes_of(ended)


def unpack_report(unit: UnitKey, body: bytes) -> Report:
    """Return the report that a child sent. Raises Misread for anything else."""
    try:
        ended = _Ended.model_validate_json(body)
    except ValidationError as wrong:
        raise Misread(_first(wrong)) from None
    said = [part for part in (ended.result, ended.parked, ended.refusal) if part is not None]
    if len(said) != 1:
        raise Misread("it says how the unit ended in no way, or in two")
    result = None
    if ended.result is not None:
        part = ended.result
        result = StageResult(part.outputs, part.cost_micro_usd, part.warnings, part.waiting)
    error = ended.refusal.error() if ended.refusal else None
    return Report(unit, result, ended.parked, error, ended.traceback)


def pack_message(message: Mapping[str, Any]) -> bytes:
    """Return a message of a unit's context as bytes. Raises TypeError or ValueError: it is not plain."""
    draft = message.get("draft")
    return _bytes_of({**message, "draft": _pack_draft(draft)} if isinstance(draft, Draft) else dict(message))


def unpack_message(body: bytes) -> dict[str, Any]:
    """Return a message as the run's port takes it. Raises Misread for anything else."""
    try:
        message = _MESSAGE.validate_json(body)
    except ValidationError as error:
        raise Misread(_first(error)) from None
    return {name: getattr(message, name) for name in type(message).model_fields}


def pack_answer(answer: Mapping[str, Any] | CineForgeError) -> bytes:
    """Return the run's answer, or its refusal, as bytes."""
    if isinstance(answer, CineForgeError):
        return _bytes_of({"refusal": pack_error(answer)})
    given = answer.get("given")
    plain = {**answer, "given": _pack_given(given)} if isinstance(given, Given) else dict(answer)
    return _bytes_of({"answer": plain})


def unpack_answer(body: bytes) -> Mapping[str, Any]:
    """Return the run's answer. Raises the error with which the run refused."""
    data = json.loads(body)
    if "refusal" in data:
        raise _Refusal.model_validate_json(json.dumps(data["refusal"])).error()
    answer: dict[str, Any] = data["answer"]
    return {**answer, "given": _unpack_given(answer["given"])} if answer.get("given") else answer


def pack_error(error: CineForgeError) -> dict[str, Any]:
    """Return an error for a person as plain data."""
    faults = [(fault.code, fault.what, fault.where, fault.hint) for fault in error.faults]
    return {"family": type(error).__name__, "transient": error.transient, "faults": faults}


def _bytes_of(data: Any) -> bytes:
    return json.dumps(data, separators=(",", ":")).encode()


def _pack_draft(draft: Draft) -> dict[str, Any]:
    plain = draft.model_dump(exclude_unset=True)
    media = [file.model_dump(mode="json", exclude_unset=True) for file in draft.media]
    return {**plain, "media": media} if media else plain


def _pack_given(given: Given) -> dict[str, Any]:
    return {
        "ref": given.ref,
        "digest": given.digest,
        "entity": given.entity,
        "data": given.data,
        "media": [file.model_dump(exclude_unset=True) for file in given.media],
        "root": str(given.root),
    }


def _unpack_given(data: Mapping[str, Any]) -> Given:
    media = tuple(MediaFile.model_validate(file) for file in data["media"])
    return Given(**{**data, "media": media, "root": Path(data["root"])})


def _pack_input(value: Any) -> Any:
    if value is None:
        return None
    return [_pack_given(given) for given in value] if isinstance(value, tuple) else _pack_given(value)


def _unpack_input(value: Any) -> Any:
    if value is None:
        return None
    return tuple(map(_unpack_given, value)) if isinstance(value, list) else _unpack_given(value)


def _first(error: ValidationError) -> str:
    """Say the first thing that is wrong, with its place and without what was written there."""
    found = error.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in found["loc"])
    return f"{place}: {found['msg']}" if place else str(found["msg"])
