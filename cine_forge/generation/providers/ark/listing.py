"""The list of tasks: which of them, if any, is the one that was lost.

A task tells the safety identifier that it was given (byteplussdkarkruntime, ContentGenerationTask), and we
give our own id. One that tells none is ours when everything else that it tells is as it was asked, its seed
with it; what may be ours or another's is left to a person, since buying twice cannot be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.provider import Sought
from cine_forge.generation.providers.shaping import shaped
from cine_forge.kernel.ground.errors import Fault, StageError

_SKEW_S = 120.0
"""How far Ark's clock and ours may differ."""

_TOLD = ("seed", "ratio", "resolution", "duration", "generate_audio")
_PAGE = 500

Likeness = Literal["ours", "like", "unsure", "other"]


def page_call(path: str, number: int = 1) -> Call:
    """Return the request for a page of the list; pages count from 1 and hold 500 at most."""
    return Call("GET", path, query={"page_num": str(number), "page_size": str(_PAGE)})


def found_in(answer: Answer, sought: Sought) -> str | Call | None:
    """Return the id of the lost task, the next page, or None when it is on no page.

    Raises StageError CF-G085 when one that it lists may be ours or another's.
    """
    items = [one for one in answer.at("items") or [] if isinstance(one, dict)]
    wanted = shaped(sought.submission, only=("model", *_TOLD))
    by_likeness: dict[Likeness, list[str]] = {}
    for one in items:
        by_likeness.setdefault(_likeness(one, wanted, sought), []).append(str(one.get("id")))
    ours = by_likeness.get("ours") or by_likeness.get("like", [])
    doubtful = by_likeness.get("unsure", []) if not by_likeness.get("ours") else []
    if len(ours) == 1 and not doubtful:
        return ours[0]
    if ours or doubtful:
        told = ", ".join(f"`{one}`" for one in (*ours, *doubtful)[:4])
        what = f"`{sought.own_id}` may be {told} at Ark, or none of them; it is not sent again"
        hint = "`cine-forge providers recover` says how a person ends it"
        raise StageError(Fault("CF-G085", what, sought.submission.payload.entity, hint))
    return _next_page(answer, len(items))


def _likeness(one: Mapping[str, Any], wanted: Mapping[str, Any], sought: Sought) -> Likeness:
    """Compare a listed task with what was asked; what it does not tell contradicts nothing."""
    marked, made = one.get("safety_identifier"), one.get("created_at")
    if marked:
        return "ours" if marked == sought.own_id else "other"
    older = isinstance(made, int | float) and made < sought.since.timestamp() - _SKEW_S
    by_name = not str(wanted["model"]).startswith("ep-")
    told = [name for name in (*_TOLD, *(("model",) if by_name else ())) if one.get(name) is not None]
    differs = any(name in wanted and one[name] != wanted[name] for name in told)
    if older or differs or f"tasks/{one.get('id')}" in sought.taken:
        return "other"
    return "like" if "seed" in told and "seed" in wanted else "unsure"


def _next_page(answer: Answer, held: int) -> Call | None:
    """Return the request for what was not seen yet, in whichever order Ark lists it."""
    if answer.call is None or held < _PAGE:
        return None
    number = int(answer.call.query.get("page_num", "1"))
    total = answer.at("total")
    if isinstance(total, int) and number * _PAGE >= total:
        return None
    return page_call(answer.call.path, number + 1)
