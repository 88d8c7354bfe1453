"""Recovery: what is done about files that a killed writer left, and how the index is made again.

A version is visible by its derivation, or by being its own commit. Anything else that bears a version's
name is set aside in `quarantine/`, never shown and never deleted; its number is free again. All of this
runs under the write lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from cine_forge.kernel.artifacts.derivation import Derivation
from cine_forge.kernel.artifacts.envelope import Envelope
from cine_forge.kernel.artifacts.index import Index
from cine_forge.kernel.artifacts.journal import Pending
from cine_forge.kernel.artifacts.layout import VERSION_FILE, Layout
from cine_forge.kernel.artifacts.seal import damaged, gone, unsealed
from cine_forge.kernel.ground.errors import IntegrityError
from cine_forge.kernel.ground.files import TEMPORARY_SUFFIX, make_folder

Record = TypeVar("Record", Envelope, Derivation)


def read_envelope(path: Path) -> Envelope:
    """Read one envelope. Raises IntegrityError CF-A020 when it is damaged, CF-A021 when it is gone."""
    return _read(path, Envelope.model_validate)


def read_derivation(path: Path) -> Derivation:
    """Read one derivation. Raises IntegrityError CF-A020 when it is damaged."""
    return _read(path, Derivation.model_validate)


def rebuild(layout: Layout, index: Index) -> None:
    """Make the index again from what lies on disk. Damaged records are left out; `verify` names them."""
    index.replace(
        _readable(layout.envelopes(), read_envelope), _readable(layout.derivation_files(), read_derivation)
    )


def finish_or_undo(layout: Layout, index: Index, pending: Pending) -> None:
    """Bring a commit that was on its way to its end when its last file is there, else set its parts aside."""
    commit = layout.project / pending.commit
    parts = [layout.project / part for part in pending.parts]
    for folder in sorted({path.parent for path in (commit, *parts)}):
        for leftover in sorted(folder.glob(f".*{TEMPORARY_SUFFIX}")):
            leftover.unlink()
    if not commit.exists():
        for part in parts:
            if part.exists():
                set_aside(layout, part)
        return
    envelopes = [path for path in (*parts, commit) if _is_envelope(layout, path)]
    derivations = [] if commit in envelopes else [commit]
    index.record(_readable(envelopes, read_envelope), _readable(derivations, read_derivation))


def sweep(layout: Layout, index: Index) -> None:
    """Set aside every version file that is not visible, and remove temporary files, in the whole project.

    While a derivation is damaged nobody can tell what it had made visible, so nothing is moved then.
    """
    if any(_is_damaged(path, read_derivation) for path in layout.derivation_files()):
        return
    for leftover in sorted(layout.leftovers()):
        leftover.unlink()
    visible = {layout.envelope(ref) for ref in index.named()}
    for path in list(layout.version_files()):
        envelope = envelope_beside(path)
        if envelope not in visible and not _is_damaged(envelope, read_envelope):
            set_aside(layout, path)


def set_aside(layout: Layout, path: Path) -> Path:
    """Move a file to `quarantine/`, under its own path there, and return where it lies now."""
    place = layout.quarantine / layout.relative(path)
    make_folder(place.parent)
    free, number = place, 1
    while free.exists():
        number += 1
        free = place.with_name(f"{place.name}.{number}")
    path.rename(free)
    return free


def envelope_beside(path: Path) -> Path:
    """Return the envelope that a version file belongs to."""
    found = VERSION_FILE.match(path.name)
    return path.with_name(f"v{found['version']}.json") if found else path


def _read(path: Path, model: Callable[[Any], Record]) -> Record:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise IntegrityError(gone(path)) from None
    try:
        return model(unsealed(content, path))
    except (ValidationError, ValueError) as error:
        raise IntegrityError(damaged(path, f"it is no record of this store: {error}")) from None


def _readable(paths: Iterable[Path], read: Callable[[Path], Record]) -> Iterator[Record]:
    for path in paths:
        try:
            yield read(path)
        except IntegrityError:
            continue


def _is_envelope(layout: Layout, path: Path) -> bool:
    return path.is_relative_to(layout.artifacts) and path == envelope_beside(path)


def _is_damaged(path: Path, read: Callable[[Path], Any]) -> bool:
    try:
        read(path)
    except IntegrityError:
        return path.exists()
    return False
