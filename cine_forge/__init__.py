"""The face of CineForge: what the author of a module imports, and nothing else.

Names are looked up on first use, so that `import cine_forge` costs nothing. Everything here is defined in
`contract.py` and `question.py` of `kernel/stages/` and in `envelope.py` of `kernel/artifacts/records/`; no
other room may be reached through it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cine_forge.kernel.artifacts.records.envelope import CostRecord, Draft, MediaDraft, MediaFile
    from cine_forge.kernel.stages.contract import Context, Given, Input, StageResult
    from cine_forge.kernel.stages.question import Authored, Question

__all__ = (
    "Authored",
    "Context",
    "CostRecord",
    "Draft",
    "Given",
    "Input",
    "MediaDraft",
    "MediaFile",
    "Question",
    "StageResult",
)

_ROOMS = {
    **dict.fromkeys(("CostRecord", "Draft", "MediaDraft", "MediaFile"), "artifacts.records.envelope"),
    **dict.fromkeys(("Authored", "Question"), "stages.question"),
}


def __getattr__(name: str) -> object:
    """Import the room that defines `name`. Raises AttributeError for a name that is not on the face."""
    if name not in __all__:
        raise AttributeError(f"module `cine_forge` has no `{name}`; its face is {', '.join(__all__)}")
    room = _ROOMS.get(name, "stages.contract")
    return getattr(import_module(f"cine_forge.kernel.{room}"), name)


def __dir__() -> list[str]:
    """List the face."""
    return sorted(__all__)
