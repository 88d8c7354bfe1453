"""The kernel's own artifact types: what it keeps beside what modules make."""

from __future__ import annotations

from importlib import import_module

from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry

TRANSCRIPT = "transcript@1"
"""What was asked and answered in one unit of a prompt module."""


def register_kernel_schemas(registry: SchemaRegistry) -> None:
    """Make the kernel's shared schemas known; a model is imported when its shape is asked for."""
    steps = "cine_forge.kernel.stages.steps"
    registry.register_later(TRANSCRIPT, lambda: import_module(f"{steps}.transcript").Transcript)
