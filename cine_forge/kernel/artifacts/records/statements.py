"""Statements: recorded decisions about one version of an artifact, themselves artifacts.

A statement is kept as `statement@1` about the entity `type/entity` of its subject, so a rebuilt index
knows every decision. What a decision means for what is current is decided in the index; what it means
for a gate or a budget is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, get_args

from pydantic import Field

from cine_forge.kernel.artifacts.records.envelope import Draft, Frozen, Source
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.ground.errors import ArtifactError, Fault, nearest

STATEMENT_SCHEMA = "statement@1"
STATEMENT_TYPE = "statement"

Kind = Literal[
    "approve",
    "reject",
    "circle",
    "ng",
    "confirm",
    "revise",
    "lock",
    "unlock",
    "pin",
    "unpin",
    "accept",
    "merge",
    "split",
    "reroll",
    "adopt",
]
KINDS: tuple[str, ...] = get_args(Kind)


class Statement(Frozen):
    """One decision. `number` counts from 1 within the subject; `digest` is the subject's at that moment.

    `values` carries what a kind needs: `{"hard": true}` for a lock, the inputs' digest for a confirm.
    `source` says whose it is, a person's, a language model's (ai) or a rule's (code); `by` names them.
    """

    kind: Kind
    ref: str
    digest: str
    by: str = Field(min_length=1)
    note: str = ""
    values: dict[str, Any] = Field(default_factory=dict)
    number: int = Field(ge=1)
    source: Source = "human"

    def draft(self) -> Draft:
        """Return the statement as an artifact that can be kept."""
        subject = Ref.parse(self.ref)
        return Draft(
            output=STATEMENT_TYPE,
            entity=f"{subject.type}/{subject.entity}",
            data=self.model_dump(mode="json"),
            intent=f"{self.kind} {self.ref}",
            rationale=self.note or f"decided by {self.by}",
            source=self.source,
            confidence=float(self.values.get("confidence", 1.0)),
        )


def check_kind(kind: str) -> None:
    """Refuse a kind that does not exist. Raises ArtifactError CF-A014."""
    if kind not in KINDS:
        raise ArtifactError(Fault("CF-A014", f"`{kind}` is no kind of statement", hint=nearest(kind, KINDS)))


def standing_judgement(statements: Iterable[Statement], inputs: str) -> Statement | None:
    """Return which `confirm` or `revise` about one version holds while it stands on `inputs`, a digest.

    One that was bound to other inputs has lapsed. Of the rest a person's holds before any machine's, and
    the newest before older ones. `statements` come oldest first.
    """
    bound = [
        said
        for said in statements
        if said.kind in ("confirm", "revise") and said.values.get("inputs") == inputs
    ]
    of_people = [said for said in bound if said.source == "human"]
    return next(reversed(of_people or bound), None)
