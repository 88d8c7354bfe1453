"""The list of runs: whether the one that was lost stands there.

It tells a run's time, project and model, and neither our key nor the prompt (flora-typescript, generations).
So one run that fits and that nobody else can have asked for is ours, and more than one are left to a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.provider import Sought
from cine_forge.generation.providers.shaping import shape_of
from cine_forge.kernel.ground.errors import Fault, StageError

_SKEW_S = 60.0
"""How far FLORA's clock and ours may differ."""

_MILLISECONDS = 1e11
_PAGE = 100


def page_call(workspace: str, project: str, cursor: str | None = None) -> Call:
    """Return the request for a page of a project's runs, newest first."""
    query = {"workspace_id": workspace, "project_id": project, "limit": str(_PAGE)}
    return Call("GET", "generations", query=query | ({"cursor": cursor} if cursor else {}))


def found_in(answer: Answer, sought: Sought) -> str | Call | None:
    """Return the lost run, the next page, or None when it is on no page.

    Raises StageError CF-G085 when a run may be ours or another's.
    """
    runs = [one for one in answer.at("generations") or [] if isinstance(one, dict)]
    fitting = [one for one in runs if _fits(one, sought)]
    if len(fitting) == 1 and not sought.rivals:
        return str(fitting[0]["run_id"])
    if fitting:
        told = ", ".join(f"`{one['run_id']}`" for one in fitting[:4])
        what = f"`{sought.own_id}` may be {told} at FLORA, or none of them; it is not sent again"
        hint = "`cine-forge providers recover` says how a person ends it"
        raise StageError(Fault("CF-G085", what, sought.submission.payload.entity, hint))
    cursor = answer.text_at("meta", "next_cursor")
    if cursor is None or answer.call is None or any(_is_older(one, sought) for one in runs):
        return None
    query = answer.call.query
    return page_call(query["workspace_id"], query["project_id"], cursor)


def _fits(one: Mapping[str, Any], sought: Sought) -> bool:
    run, model = one.get("run_id"), one.get("model")
    told = model.get("model_id") if isinstance(model, dict) else None
    wanted = shape_of(sought.submission).endpoint or sought.submission.endpoint
    return bool(run) and run not in sought.taken and not _is_older(one, sought) and told in (None, wanted)


def _is_older(one: Mapping[str, Any], sought: Sought) -> bool:
    """Say whether a run was made before ours was sent; one that tells no time may be ours."""
    made = one.get("created_at")
    if not isinstance(made, int | float):
        return False
    seconds = made / 1000 if made > _MILLISECONDS else made
    return seconds < sought.since.timestamp() - _SKEW_S
