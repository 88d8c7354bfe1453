"""Judgements: what a machine says of a stale version, and when it is not for a machine to say."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from cine_forge.kernel.artifacts.records.lock import Lock
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.records.statements import Statement
from cine_forge.kernel.ground.errors import ArtifactError, Fault


class Judgement(NamedTuple):
    """What a machine found about a stale version. `by` is the assessor's name, `asked_by` who had it asked.

    `inputs` is the digest of what the version stood on when it was looked at; `confidence` is 0 to 1.
    """

    kind: Literal["confirm", "revise"]
    by: str
    source: Literal["ai", "code"]
    reason: str
    confidence: float
    inputs: str
    asked_by: str

    def facts(self) -> dict[str, Any]:
        """Return what goes into the statement."""
        values = {"inputs": self.inputs, "confidence": self.confidence, "asked_by": self.asked_by}
        return {
            "kind": self.kind,
            "by": self.by,
            "note": self.reason,
            "source": self.source,
            "values": values,
        }


def refuse_machine(lock: Lock | None, said: Statement | None, ref: Ref, *, saw_all: bool) -> None:
    """Keep a machine from judging what is locked, what a person judged, and what it saw with other inputs.

    Raises ArtifactError CF-A060.
    """
    if lock is not None:
        what = f"`{ref.type}/{ref.entity}` is locked by {lock.by}"
    elif said is not None and said.source == "human":
        what = f"{said.by} judged `{ref}` already"
    elif not saw_all:
        what = f"what `{ref}` stands on changed while it was looked at"
    else:
        return
    raise ArtifactError(Fault("CF-A060", what, hint=f"a person may: cine-forge artifacts confirm {ref}"))
