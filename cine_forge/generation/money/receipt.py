"""Receipts: what was sent, to whom, when, for how much, and what came of it.

The ledger keeps the receipt; this file says what one is and how it lies in the project for people:
`receipts/<id>/receipt.json`, replaced at each state, and beside it the output, written once and
read-only. A receipt holds no secret: no header, no key, no query of a URL.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import BaseModel, ConfigDict, Field

from cine_forge.generation.payloads import Reference
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.files import check_own, replace_atomically

RECEIPT_SCHEMA = "receipt/1"


class State(StrEnum):
    """How far an attempt got. Each is durable before the next act.

    `foreign` is what was open when the project was copied: its original ends it, here it holds nothing.
    """

    PREPARED = "prepared"
    RESERVED = "reserved"
    SUBMITTING = "submitting"
    SUBMIT_UNKNOWN = "submit_unknown"
    SUBMITTED = "submitted"
    TERMINAL = "terminal"
    DOWNLOADED = "downloaded"
    SETTLED = "settled"
    FAILED = "failed"
    REFUSED = "refused"
    FOREIGN = "foreign"


ENDED = frozenset({State.SETTLED, State.FAILED, State.REFUSED})
"""An outcome: counted, written to the run's log, holding no reservation."""

HOLDING = frozenset(set(State) - ENDED - {State.PREPARED, State.FOREIGN})
"""States whose estimate counts against the cap: what is open."""

BOUGHT_NOTHING = frozenset({State.REFUSED, State.FOREIGN})
"""States from which the same attempt may be opened again."""


class Frozen(BaseModel):
    """A frozen model that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Output(Frozen):
    """The downloaded file, measured. `path` is relative to the project; `fps` is a fraction as text."""

    path: str
    sha256: str
    bytes: int
    media_type: str
    width: int | None = None
    height: int | None = None
    fps: str | None = None
    frames: int | None = None
    seconds: float | None = None
    has_sound: bool = False


class Passed(Frozen):
    """A state that was reached, and when (display only)."""

    state: State
    at: str


class Receipt(Frozen):
    """One attempt at one payload. Money is integer micro-USD; `request` is the frozen payload, `shape` the
    table that puts it into the vendor's words, `tier` how good it shall be.

    `round` counts how often the attempt was opened: a refused one, which bought nothing, may be asked
    again. `own_id` is the id we chose for the provider, `provider_id` the one it gave us. `fallback` is the
    receipt that took over from this one, `fallback_of` the one that it took over from.
    """

    id: str
    payload_digest: str
    attempt: int = Field(ge=1)
    round: int = Field(1, ge=1)
    state: State = State.PREPARED
    run_id: str
    stage: str
    entity: str
    take_owner: str | None = None
    take: int | None = None
    modality: str
    action: str
    provider: str
    model: str
    endpoint: str
    routing_reason: str
    request: dict[str, Any]
    prompt: str
    references: tuple[Reference, ...] = ()
    tier: str | None = None
    shape: dict[str, Any] = {}
    est_cost_micro_usd: int = Field(ge=0)
    est_seconds: float = Field(ge=0)
    reserved_micro_usd: int | None = Field(None, ge=0)
    own_id: str
    provider_id: str | None = None
    cost_micro_usd: int | None = None
    output: Output | None = None
    output_url: str | None = None
    cached: bool = Field(False, description="the provider made nothing for it, and gave what it had")
    error: str | None = None
    trouble: Trouble | None = None
    fallback: str | None = None
    fallback_of: str | None = None
    passed: tuple[Passed, ...] = ()

    @property
    def owner(self) -> str:
        """Return whose money it is: the owner of the take, else the entity that asked."""
        return self.take_owner or self.entity

    @property
    def is_by_a_person(self) -> bool:
        """Say whether a person's word ended it: nothing else ends what may or may not have arrived."""
        return State.SUBMIT_UNKNOWN in [one.state for one in self.passed[-2:-1]] and self.state in ENDED

    @property
    def set_aside(self) -> int:
        """Return what is set aside for it while it is open: what was reserved, else the estimate."""
        return self.est_cost_micro_usd if self.reserved_micro_usd is None else self.reserved_micro_usd


def bare_url(url: str | None) -> str | None:
    """Return a URL without its query, where signatures live."""
    return url.partition("?")[0] if url else None


def receipt_folder(project: Path, receipt_id: str) -> Path:
    """Return where the receipt's files lie. Raises ArtifactError CF-A011 for a planted link on the way."""
    folder = project / "receipts" / receipt_id
    check_own(project, folders=("receipts", f"receipts/{receipt_id}"))
    return folder


def write_receipt(project: Path, receipt: Receipt) -> None:
    """Replace `receipt.json` atomically. The ledger is the truth; this is its readable copy."""
    folder = receipt_folder(project, receipt.id)
    folder.mkdir(parents=True, exist_ok=True)
    content = {"schema": RECEIPT_SCHEMA, **receipt.model_dump(mode="json")}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    replace_atomically(folder / "receipt.json", text.encode())


def read_receipt(path: Path) -> Receipt | None:
    """Return what a readable copy says, or None when it says nothing that is a receipt."""
    try:
        content = json.loads(path.read_bytes())
        return Receipt.model_validate({key: content[key] for key in content if key != "schema"})
    except (OSError, ValueError, TypeError):
        return None


def log_receipt(log: Path, receipt: Receipt) -> None:
    """Append the outcome to the run's `receipts.jsonl`, durably. Ask `is_logged` first after a crash."""
    log.parent.mkdir(parents=True, exist_ok=True)
    told = receipt.model_dump(mode="json", exclude={"request", "shape", "passed"})
    line = {"schema": RECEIPT_SCHEMA, **told}
    text = json.dumps(line, sort_keys=True, ensure_ascii=False) + "\n"
    check_own(log.parent, files=(log.name,))
    with log.open("a+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.write(_newline_if_torn(stream) + text.encode())
        stream.flush()
        os.fsync(stream.fileno())


def is_logged(log: Path, receipt: Receipt) -> bool:
    """Return whether this round of the receipt has its line."""
    return (receipt.id, receipt.round) in told_in(log)


def told_in(log: Path) -> frozenset[tuple[str, int]]:
    """Return the id and round of every line. A torn line does not count."""
    told = set()
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else ():
        with suppress(ValueError, KeyError, TypeError):
            entry = json.loads(line)
            told.add((str(entry["id"]), int(entry["round"])))
    return frozenset(told)


@contextmanager
def holding(project: Path, receipt_id: str) -> Iterator[Path]:
    """Hold the receipt against every other thread and process; yield its folder.

    It is a kernel lock, so a killed holder lets go at once.
    """
    folder = receipt_folder(project, receipt_id)
    folder.mkdir(parents=True, exist_ok=True)
    check_own(folder, files=(".lock",))
    with (folder / ".lock").open("ab") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield folder


def _newline_if_torn(stream: BinaryIO) -> bytes:
    """Return a newline when the last writer died within its line."""
    if stream.seek(0, os.SEEK_END) == 0:
        return b""
    stream.seek(-1, os.SEEK_END)
    return b"" if stream.read(1) == b"\n" else b"\n"
