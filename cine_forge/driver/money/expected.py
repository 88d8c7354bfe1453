"""Expected requests: what a unit is going to ask for, before it has asked.

What is frozen is asked as it is. Before that, a unit of a shot or of an asset is expected to ask what the
film's own stages would, with as many references as the shot names, and a unit of which nothing is known what
the project's delivery says. Called by the forecast of a plan; nothing is read but the unit's inputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from cine_forge.film.requests.assets import sheet_payload
from cine_forge.film.requests.boards import Panel, brief_of, finish_of, pencil_payload
from cine_forge.film.requests.clips import ClipFormat, ClipReferences, clip_payload
from cine_forge.film.requests.prompts import Brief
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.shot import Shot
from cine_forge.film.schemas.take import FrozenPayload
from cine_forge.generation.payloads import (
    AnyPayload,
    ChatMessage,
    Concession,
    ImagePayload,
    Modality,
    Reference,
    TextPayload,
    read_payload,
)
from cine_forge.kernel.ground.hashing import canonical_json
from cine_forge.kernel.planning.policy import Asked
from cine_forge.kernel.stages.contract import Given
from cine_forge.staging.grammar import Tier

_STILL_BUILDER, _CLIP_BUILDER = "local-still", "local-clip"


class Expected(NamedTuple):
    """A request and what its prompt is about; without a brief it is asked as it stands.

    `conceded` is what was left out of a frozen one.
    """

    payload: AnyPayload
    brief: Brief | None = None
    builder: str = ""
    conceded: tuple[Concession, ...] = ()


def expected(asked: Asked, facts: Mapping[str, Any]) -> Expected | None:
    """Return what a unit is expected to ask for, or None when that cannot be told."""
    frozen = asked.inputs.get("payloads")
    if isinstance(frozen, tuple) and frozen:
        return _frozen(frozen[0])
    match asked.resources.get("modality"):
        case Modality.TEXT_AUTHOR:
            return Expected(_text(asked))
        case Modality.VIDEO_I2V:
            return _clip(asked, facts)
        case Modality.IMAGE_T2I:
            return _board(asked, facts) or _sheet(asked, facts) or Expected(_still(asked, facts))
    return None


def _frozen(given: Given) -> Expected:
    try:
        conceded = FrozenPayload.model_validate(given.data).conceded
    except ValidationError:  # of another module, which keeps its requests in its own way
        conceded = ()
    return Expected(read_payload(given.data["payload"]), conceded=conceded)


def _clip(asked: Asked, facts: Mapping[str, Any]) -> Expected | None:
    shot = _shot(asked)
    if shot is None:
        return None
    width, height, fps = (facts[f"delivery.{name}"] for name in ("width", "height", "fps"))
    form = ClipFormat(width, height, fps, sound=asked.params.get("sound", True))
    builder = str(asked.params.get("prompt_model", _CLIP_BUILDER))
    references = ClipReferences(_picture(shot.id, "board"), _sheets(shot))
    payload = clip_payload(shot, references, model=builder, seed=0, form=form)
    return Expected(payload, Brief(shot=shot), builder)


def _board(asked: Asked, facts: Mapping[str, Any]) -> Expected | None:
    shot = _shot(asked)
    if shot is None:
        return None
    width, height = facts["delivery.width"], facts["delivery.height"]
    builder = str(asked.params.get("prompt_model", _STILL_BUILDER))
    panel = Panel(shot, _sheets(shot), builder, seed=0, width=width, height=height)
    if asked.resources.get("tier") == Tier.PENCIL:
        return Expected(pencil_payload(panel), brief_of(panel, Tier.PENCIL), builder)
    finish = finish_of(panel, _picture(shot.id, "board"))
    return Expected(finish, brief_of(panel, Tier.FINISH), builder)


def _sheet(asked: Asked, facts: Mapping[str, Any]) -> Expected | None:
    given = asked.inputs.get("asset")
    if not isinstance(given, Given):
        return None
    asset = Asset.model_validate(given.data)
    width = asked.params.get("sheet_width", facts["delivery.width"])
    height = asked.params.get("sheet_height", facts["delivery.height"])
    builder = str(asked.params.get("prompt_model", _STILL_BUILDER))
    payload = sheet_payload(asset, model=builder, seed=0, width=width, height=height)
    return Expected(payload, Brief(asset=asset), builder)


def _still(asked: Asked, facts: Mapping[str, Any]) -> ImagePayload:
    tier = Tier(asked.resources.get("tier", Tier.FINISH))
    scale = 2 if tier is Tier.PENCIL else 1
    width, height = facts["delivery.width"] // scale, facts["delivery.height"] // scale
    return ImagePayload(entity=asked.entity, prompt="", tier=tier, width=width, height=height, seed=0)


def _shot(asked: Asked) -> Shot | None:
    given = asked.inputs.get("shot")
    if not isinstance(given, Given):
        return None
    try:
        return Shot.model_validate(given.data)
    except ValidationError:  # a shot of another kind of film
        return None


def _sheets(shot: Shot) -> tuple[Reference, ...]:
    """Return a reference for each sheet that the shot names, before there is one."""
    return tuple(_picture(one, "set" if one.startswith("location:") else "identity") for one in shot.refs)


def _picture(entity: str, role: str) -> Reference:
    return Reference.model_validate({"entity": entity, "role": role, "path": "expected", "sha256": ""})


def _text(asked: Asked) -> TextPayload:
    """Return a call about as long as the unit's; a param `max_tokens` caps its answer."""
    cap = asked.params.get("max_tokens")
    return TextPayload(
        entity=asked.entity,
        step="",
        messages=(ChatMessage(role="user", text=_read_of(asked.inputs)),),
        max_tokens=cap if isinstance(cap, int) else None,
        seed=0,
    )


def _read_of(inputs: Mapping[str, Any]) -> str:
    """Return a text about as long as what a model is given to read: all of the unit's inputs."""
    given = [one for held in inputs.values() for one in (held if isinstance(held, tuple) else (held,))]
    return "".join(canonical_json(one.data) for one in given if isinstance(one, Given))
