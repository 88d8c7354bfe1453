"""A stage of the bench."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cine_forge import Context, Draft, Given, Input, StageResult

from .body import body


def run_module(inputs: Mapping[str, Input], params: Mapping[str, Any], context: Context) -> StageResult:
    """Keep what the body makes of the digests of the stages before."""
    before = inputs.get("before")
    given: tuple[Given, ...] = before if isinstance(before, tuple) else (before,) if before else ()
    digests = [str(one.data["digest"]) for one in given]
    source = Path(params["source"]).read_text() if "source" in params else ""
    kept = Draft(
        output="step",
        entity=f"step:{context.stage_id}",
        data=body(context.stage_id, digests, source),
        intent="Stand for the work of a stage.",
        rationale="The bench measures what surrounds the work.",
    )
    return StageResult(outputs=(kept,))
