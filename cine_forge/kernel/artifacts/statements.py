"""Statements: recorded decisions about one version of an artifact, themselves artifacts.

A statement is kept as `statement@1` about the entity `type/entity` of its subject, so a rebuilt index
knows every decision. What a decision means for what is current is decided in the index; what it means
for a gate or a budget is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, get_args

from pydantic import Field

from cine_forge.kernel.artifacts.envelope import Draft, Frozen
from cine_forge.kernel.artifacts.refs import Ref
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
]
KINDS: tuple[str, ...] = get_args(Kind)


class Statement(Frozen):
    """One decision. `number` counts from 1 within the subject; `digest` is the subject's at that moment.

    `values` carries what a kind needs: `{"hard": true}` for a lock, the inputs' digest for a confirm.
    """

    kind: Kind
    ref: str
    digest: str
    by: str = Field(min_length=1)
    note: str = ""
    values: dict[str, Any] = Field(default_factory=dict)
    number: int = Field(ge=1)

    def draft(self) -> Draft:
        """Return the statement as an artifact that can be kept."""
        subject = Ref.parse(self.ref)
        return Draft(
            output=STATEMENT_TYPE,
            entity=f"{subject.type}/{subject.entity}",
            data=self.model_dump(mode="json"),
            intent=f"{self.kind} {self.ref}",
            rationale=self.note or f"decided by {self.by}",
            source="human",
        )


def check_kind(kind: str) -> None:
    """Refuse a kind that does not exist. Raises ArtifactError CF-A014."""
    if kind not in KINDS:
        raise ArtifactError(Fault("CF-A014", f"`{kind}` is no kind of statement", hint=nearest(kind, KINDS)))


def lock_of(statements: Iterable[Statement]) -> Literal["soft", "hard"] | None:
    """Return the lock that statements about one subject, oldest first, leave on it.

    A lock is hard with `{"hard": true}` among its values. Any lock makes a module's result a candidate; a
    hard one forbids edits and acceptance too, until it is unlocked.
    """
    held: Literal["soft", "hard"] | None = None
    for statement in statements:
        if statement.kind == "lock":
            held = "hard" if statement.values.get("hard") else "soft"
        elif statement.kind == "unlock":
            held = None
    return held
