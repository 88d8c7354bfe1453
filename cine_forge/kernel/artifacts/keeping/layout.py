"""The layout: the name of each thing that the store keeps, relative to the project.

Nobody outside this room builds such a name, so the layout can change without a module noticing. Names are
for people: order and "newest" come from the integer version, never from a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cine_forge.kernel.artifacts.keeping.blobs import Blobs
from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.artifacts.records.refs import Ref, entity_folder, stage_folder
from cine_forge.kernel.ground.errors import ArtifactError, Fault

ARTIFACTS = "artifacts"
DERIVATIONS = "derivations"

_VERSION_FILE = re.compile(r"v(?P<version>[0-9]{4,})\.(?P<rest>.+)")
_DERIVATION_FILE = re.compile(r"d(?P<sequence>[0-9]{4,})\.json")
_MEDIA_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+")
_MEDIA_NAME_LENGTH = 120


def envelope_name(ref: Ref) -> str:
    """Return the name of an envelope."""
    return f"{version_folder(ref)}/v{ref.version:04d}.json"


def media_name(ref: Ref, name: str) -> str:
    """Return the name of a media file. Raises ArtifactError CF-A012 for a name that is no file name."""
    return f"{version_folder(ref)}/v{ref.version:04d}.{check_media_name(name)}"


def derivation_name(unit: UnitKey, sequence: int) -> str:
    """Return the name of a derivation."""
    return f"{DERIVATIONS}/{stage_folder(unit.stage)}/{entity_folder(unit.entity)}/d{sequence:04d}.json"


def is_derivation(name: str) -> bool:
    """Tell whether a name lies where derivations lie."""
    return name.startswith(f"{DERIVATIONS}/")


def is_envelope(name: str) -> bool:
    """Tell whether a name is that of an envelope."""
    return name.startswith(f"{ARTIFACTS}/") and name == envelope_beside(name)


def envelope_beside(name: str) -> str:
    """Return the name of the envelope that a version's file belongs to."""
    folder, slash, last = name.rpartition("/")
    found = _VERSION_FILE.fullmatch(last)
    return f"{folder}{slash}v{found['version']}.json" if found else name


def version_folder(ref: Ref) -> str:
    """Return the folder of an artifact's versions."""
    return f"{ARTIFACTS}/{ref.type}/{entity_folder(ref.entity)}"


def version_at(name: str) -> tuple[str, int]:
    """Return the folder of a version's file, and the number; 0 for what is no version's file."""
    folder, _, last = name.rpartition("/")
    found = _VERSION_FILE.fullmatch(last)
    return folder, int(found["version"]) if found else 0


def envelopes(blobs: Blobs) -> Iterator[str]:
    """Yield the envelopes there are, in the order of their names."""
    return (name for name in version_files(blobs) if name == envelope_beside(name))


def version_files(blobs: Blobs) -> Iterator[str]:
    """Yield the envelopes and media there are, in the order of their names."""
    return (name for name in blobs.names(ARTIFACTS) if _VERSION_FILE.fullmatch(_last(name)))


def derivation_files(blobs: Blobs) -> Iterator[str]:
    """Yield the derivations there are, in the order of their names."""
    return (name for name in blobs.names(DERIVATIONS) if _DERIVATION_FILE.fullmatch(_last(name)))


def every_file(blobs: Blobs) -> Iterator[str]:
    """Yield whatever lies where artifacts and derivations lie."""
    for root in (ARTIFACTS, DERIVATIONS):
        yield from blobs.everything(root)


def check_media_name(name: str) -> str:
    """Return `name` when it can stand behind a version. Raises ArtifactError CF-A012."""
    if len(name) > _MEDIA_NAME_LENGTH or not _MEDIA_NAME.fullmatch(name):
        hint = "use a name like `board.png`: letters, digits, `_`, `-`, and an ending"
        raise ArtifactError(Fault("CF-A012", f"`{name!r}` cannot name a media file", hint=hint))
    return name


def _last(name: str) -> str:
    return name.rpartition("/")[2]
