"""Recovery: what is done about blobs that a killed writer left, and how the index is made again.

A version is visible by its derivation, or by being its own commit. Anything else that bears a version's
name is set aside in `quarantine/`, never shown and never deleted; its number is free again. All of this
runs under the write lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from pydantic import ValidationError

from cine_forge.kernel.artifacts.index.index import Index
from cine_forge.kernel.artifacts.keeping.blobs import Blobs
from cine_forge.kernel.artifacts.keeping.journal import Pending
from cine_forge.kernel.artifacts.keeping.layout import (
    derivation_files,
    envelope_beside,
    envelope_name,
    envelopes,
    is_envelope,
    version_files,
)
from cine_forge.kernel.artifacts.keeping.seal import damaged, gone, unsealed
from cine_forge.kernel.artifacts.records.derivation import DERIVATION_FORM, Derivation
from cine_forge.kernel.artifacts.records.edition import RecordForm
from cine_forge.kernel.artifacts.records.envelope import ENVELOPE_FORM, Envelope
from cine_forge.kernel.ground.errors import IntegrityError

Record = TypeVar("Record", Envelope, Derivation)


def read_envelope(blobs: Blobs, name: str) -> Envelope:
    """Read one envelope. Raises IntegrityError CF-A020 when it is damaged, CF-A021 gone, CF-A038 too new."""
    return _read(blobs, name, Envelope.model_validate, ENVELOPE_FORM)


def read_derivation(blobs: Blobs, name: str) -> Derivation:
    """Read one derivation. Raises IntegrityError as `read_envelope`."""
    return _read(blobs, name, Derivation.model_validate, DERIVATION_FORM)


def rebuild(blobs: Blobs, index: Index) -> None:
    """Make the index again from what is kept. Damaged records are left out; `verify` names them."""
    index.replace(
        _readable(blobs, envelopes(blobs), read_envelope),
        _readable(blobs, derivation_files(blobs), read_derivation),
    )


def finish_or_undo(blobs: Blobs, index: Index, pending: Pending) -> None:
    """Bring a commit that was on its way to its end when its last blob is there, else set its parts aside."""
    commit, parts = pending.commit, pending.parts
    blobs.clear((commit, *parts))
    if not blobs.exists(commit):
        for part in parts:
            if blobs.exists(part):
                blobs.set_aside(part)
        return
    records = [name for name in (*parts, commit) if is_envelope(name)]
    made = [] if commit in records else [commit]
    index.record(_readable(blobs, records, read_envelope), _readable(blobs, made, read_derivation))


def sweep(blobs: Blobs, index: Index) -> None:
    """Set aside every version's file that is not visible, and remove temporary ones, in the whole project.

    While a derivation is damaged nobody can tell what it had made visible, so nothing is moved then.
    """
    if any(_is_damaged(blobs, name, read_derivation) for name in derivation_files(blobs)):
        return
    blobs.clear()
    visible = {envelope_name(ref) for ref in index.named()}
    for name in list(version_files(blobs)):
        envelope = envelope_beside(name)
        if envelope not in visible and not _is_damaged(blobs, envelope, read_envelope):
            blobs.set_aside(name)


def _read(blobs: Blobs, name: str, model: Callable[[Any], Record], form: RecordForm) -> Record:
    try:
        content = blobs.read(name)
    except FileNotFoundError:
        raise IntegrityError(gone(blobs.where(name))) from None
    try:
        return model(form.brought_up(unsealed(content, blobs.where(name)), blobs.where(name)))
    except (ValidationError, ValueError) as error:
        raise IntegrityError(damaged(blobs.where(name), f"it is no record of this store: {error}")) from None


def _readable(blobs: Blobs, names: Iterable[str], read: Callable[[Blobs, str], Record]) -> Iterator[Record]:
    for name in names:
        try:
            yield read(blobs, name)
        except IntegrityError:
            continue


def _is_damaged(blobs: Blobs, name: str, read: Callable[[Blobs, str], Any]) -> bool:
    try:
        read(blobs, name)
    except IntegrityError:
        return blobs.exists(name)
    return False
