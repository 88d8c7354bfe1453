"""The list of predictions: which of them, if any, is the one that was lost.

A prediction tells its whole input, and ours bears a seed that nobody else draws: one with the same input is
ours. Files are told by addresses that Replicate may change, so they are not compared. Where the input is
gone already, or has no seed, it may be another's, and a person decides: buying twice cannot be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from cine_forge.generation.action import slots_of
from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.provider import Sought
from cine_forge.generation.providers.shaping import shape_of, shaped
from cine_forge.kernel.ground.errors import Fault, StageError

LIST = "/v1/predictions"
_SKEW = timedelta(minutes=2)
"""How far Replicate's clock and ours may differ."""

Likeness = Literal["ours", "unsure", "other"]


def found_in(answer: Answer, sought: Sought) -> str | Call | None:
    """Return the id of the lost prediction, the next page, or None when it is on no page.

    Raises StageError CF-G080 when one that it lists may be ours or another's.
    """
    listed = [one for one in answer.at("results") or [] if isinstance(one, dict)]
    wanted = _wanted(sought)
    likenesses = {str(one.get("id")): _likeness(one, wanted, sought) for one in listed}
    ours = [name for name, likeness in likenesses.items() if likeness == "ours"]
    doubtful = [name for name, likeness in likenesses.items() if likeness == "unsure"]
    if len(ours) == 1:
        return ours[0]
    if ours or doubtful:
        told = ", ".join(f"`{one}`" for one in (*ours, *doubtful)[:4])
        what = f"`{sought.own_id}` may be {told} at Replicate, or none of them; it is not sent again"
        hint = "`cine-forge providers recover` says how a person ends it"
        raise StageError(Fault("CF-G080", what, sought.submission.payload.entity, hint))
    further = answer.text_at("next")
    seen_all = any(_is_older(one, sought) for one in listed)
    return Call("GET", further) if further and not seen_all else None


def moment(told: Any) -> datetime | None:
    """Return a time that Replicate tells, or None for one that cannot be read."""
    try:
        found = datetime.fromisoformat(told)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _wanted(sought: Sought) -> Mapping[str, Any]:
    """Return what was asked, without the files."""
    shape, held = shape_of(sought.submission), slots_of(sought.submission.payload)
    files = {key for name, key in shape.fields.items() if name in (*held, "references")}
    plain = set(shape.fields.values()) - files  # several slots may share a key
    return shaped(sought.submission, only=(*plain, *shape.fixed))


def _likeness(one: Mapping[str, Any], wanted: Mapping[str, Any], sought: Sought) -> Likeness:
    told, model = one.get("input"), one.get("model")
    shape = shape_of(sought.submission)
    name = (shape.endpoint or sought.submission.endpoint).partition(":")[0]
    if one.get("id") in sought.taken or _is_older(one, sought) or model not in (None, name):
        return "other"
    if not isinstance(told, dict) or (not told and wanted):
        return "unsure"
    if any(told.get(key) != value for key, value in wanted.items()):
        return "other"
    return "ours" if "seed" in wanted else "unsure"


def _is_older(one: Mapping[str, Any], sought: Sought) -> bool:
    made = moment(one.get("created_at"))
    return made is not None and made < sought.since - _SKEW
