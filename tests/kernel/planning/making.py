"""Builders for tests of planning: modules without folders, artifacts without a store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.ground.source import parse_source
from cine_forge.kernel.planning.view import Seen
from cine_forge.kernel.stages.contract import Given
from cine_forge.kernel.stages.discovery import Module
from cine_forge.kernel.stages.manifest import Manifest


def manifest(**more: Any) -> Manifest:
    said = {"module_id": "maker", "stage": "any", "description": "test", "version": 1}
    return Manifest.model_validate(said | more)


def module(**more: Any) -> Module:
    return Module(manifest(**more), Path("maker"), Path(), parse_source("{}", "module.yaml"))


def unit(stage: str, entity: str = "project") -> UnitKey:
    return UnitKey(stage=stage, entity=entity)


def seen(artifact_type: str, entity: str, version: int = 1, **data: Any) -> Seen:
    """Return an artifact whose digest tells its version."""
    ref = f"{artifact_type}/{entity}@v{version}"
    given = Given(ref, f"digest {version}", entity, data)
    return Seen(artifact_type, entity, ref, given.digest, lambda: given)
