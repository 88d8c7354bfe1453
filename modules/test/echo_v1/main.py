"""An echo: says its text, after the texts of all echoes that it heard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cine_forge import Context, Draft, Given, Input, StageResult


def run_module(inputs: Mapping[str, Input], params: Mapping[str, Any], context: Context) -> StageResult:
    """Keep one echo, or `entities` of them, numbered from 1."""
    heard = [str(before.data["text"]) for before in _heard(inputs.get("before"))]
    count = params["entities"]
    drafts = []
    for number in range(1, count + 1):
        drafts.append(_echo(params["text"] or " ".join(heard), heard, _entity(context, number, count)))
        context.progress(number, count)
    return StageResult(outputs=tuple(drafts))


def _heard(before: Input) -> tuple[Given, ...]:
    if before is None:
        return ()
    return before if isinstance(before, tuple) else (before,)


def _entity(context: Context, number: int, count: int) -> str:
    own = f"{context.entity}/{context.stage_id}"
    return own if count == 1 else f"{own}/echo:{number}"


def _echo(text: str, heard: list[str], entity: str) -> Draft:
    return Draft(
        output="echo",
        entity=entity,
        data={"text": text, "heard": heard},
        intent="Repeat what was said.",
        rationale="An echo adds nothing of its own: what comes out shows what went in.",
    )
