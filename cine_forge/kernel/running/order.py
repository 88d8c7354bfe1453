"""Work orders: everything a unit needs, as plain data, so that it can be done anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cine_forge.kernel.artifacts.records.derivation import Bound, UnitKey
from cine_forge.kernel.artifacts.records.refs import stage_folder
from cine_forge.kernel.stages.contract import Input
from cine_forge.kernel.stages.discovery import Module


class WorkOrder(NamedTuple):
    """One unit to be done. `scratch` is the folder that is its own while it works.

    `block` is set for a prompt module: what was settled about its tree; see `stages/prompting.py`.
    """

    unit: UnitKey
    module: Module
    inputs: Mapping[str, Input]
    params: Mapping[str, Any]
    facts: Mapping[str, Any]
    decisions: tuple[Mapping[str, Any], ...]
    seed: int
    run_id: str
    scratch: Path
    block: Mapping[str, Any] | None = None

    @property
    def log(self) -> Path:
        """Return the file for what the unit prints in a process of its own, within the run's folder."""
        return self.scratch.parents[2] / "logs" / stage_folder(self.unit.stage) / f"{self.scratch.name}.log"

    def bound(self) -> tuple[Bound, ...]:
        """Return the inputs as they are written into lineage, in binding order."""
        return tuple(
            Bound(name=name, ref=given.ref, digest=given.digest)
            for name, value in self.inputs.items()
            for given in (value if isinstance(value, tuple) else (value,))
            if given is not None
        )
