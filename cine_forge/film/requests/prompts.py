"""Prompts: one table (model, modality) -> builder; every prompt of the film is made through it.

Builders are plain functions of the shot or the asset: the same brief gives the same text. They speak of
people by their look and of places by their kind, never by a name. A prompt stays under the limits, the film's
own and those of the model that reads it, by telling less of the action, to the end of a sentence, and that is
told as a concession; what is too long even so is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from cine_forge.film.looks.looks import describe_look, describe_set
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.shot import Shot
from cine_forge.generation.payloads import Concession
from cine_forge.generation.profiles import PromptLimit
from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.staging.grammar import Angle, Move, Size, Tier

LIMIT_CHARS = 2400
_ACTION_CHARS = 900


@dataclass(frozen=True)
class Brief:
    """What a prompt is about: an asset (a reference sheet) or a shot (a board with a tier, else a clip).

    `action_chars` is how much of the action may be told.
    """

    asset: Asset | None = None
    shot: Shot | None = None
    tier: Tier | None = None
    fix: str = ""
    action_chars: int = _ACTION_CHARS


class Prompt(NamedTuple):
    """A prompt as it is sent, and what of the action it does not tell."""

    text: str
    conceded: tuple[Concession, ...] = ()


Builder = Callable[[Brief], str]

SIZE_WORDS = {
    Size.EXTREME_WIDE: "extreme wide shot",
    Size.WIDE: "wide shot",
    Size.FULL: "full shot",
    Size.MEDIUM_WIDE: "medium wide shot",
    Size.MEDIUM: "medium shot",
    Size.MEDIUM_CLOSE: "medium close-up",
    Size.CLOSE: "close-up",
    Size.EXTREME_CLOSE: "extreme close-up",
    Size.INSERT: "insert",
}
ANGLE_WORDS = {
    Angle.EYE: "eye level",
    Angle.LOW: "low angle",
    Angle.HIGH: "high angle",
    Angle.OVER_SHOULDER: "over the shoulder",
    Angle.TOP: "from above",
    Angle.POV: "point of view",
    Angle.DUTCH: "canted",
}


def get_builder(model: str, modality: str) -> Builder:
    """Return the builder of a model and modality. Raises KeyError when none is registered."""
    return BUILDERS[model, modality]


def build_prompt(brief: Brief, model: str, modality: str) -> str:
    """Write the prompt. Raises StageError CF-F110 when nothing is registered, CF-F111 when too long."""
    return write_prompt(brief, model, modality).text


def write_prompt(
    brief: Brief, model: str, modality: str, *, limits: Sequence[PromptLimit] = (), reader: str = ""
) -> Prompt:
    """Write the prompt within the limits of its `reader`, the model that it goes to.

    Raises StageError CF-F110 when no builder of `model` is registered, CF-F111 when the prompt is too long
    even without the action.
    """
    build = _builder(model, modality)
    own = PromptLimit(most=LIMIT_CHARS)
    while True:
        text = " ".join(build(brief).split())
        over = max(limit.length_of(text) - limit.most for limit in (own, *limits))
        if over <= 0:
            return Prompt(text, _untold(brief, reader, limits))
        told = len(_action(brief.shot, brief.action_chars)) if brief.shot else 0
        if told == 0:
            raise StageError(_too_long(text, brief, limits))
        brief = replace(brief, action_chars=max(0, told - over))


def move_words(move: Move) -> str:
    """Return a camera move in words: `push in`."""
    return "camera still" if move is Move.STATIC else move.value.replace("_", " ")


def still_prompt(brief: Brief) -> str:
    """Write the prompt of a reference sheet or a board."""
    if brief.asset is not None:
        return _sheet(brief.asset)
    shot = _shot_of(brief)
    style = "rough pencil storyboard panel" if brief.tier is Tier.PENCIL else "finished colour film frame"
    return f"{style}. {_framing(shot)}. {_place(shot)}. {_people(shot)} {_action(shot, brief.action_chars)}"


def clip_prompt(brief: Brief) -> str:
    """Write the prompt of a clip; what is said goes as typed lines, so here only that someone speaks."""
    shot = _shot_of(brief)
    speaking = "Someone speaks." if shot.lines else "Nobody speaks."
    fix = f" Correct this: {brief.fix}." if brief.fix else ""
    picture = f"{_framing(shot)}, {move_words(shot.move)}. {_place(shot)}. {_people(shot)}"
    return f"{picture} {_action(shot, brief.action_chars)} {speaking}{fix}"


BUILDERS: dict[tuple[str, str], Builder] = {
    ("local-still", "image_t2i"): still_prompt,
    ("local-clip", "video_i2v"): clip_prompt,
}


def _shot_of(brief: Brief) -> Shot:
    if brief.shot is None:
        raise ValueError("a brief is about an asset or a shot")
    return brief.shot


def _sheet(asset: Asset) -> str:
    about = asset.description.strip()
    if asset.look is not None:
        return f"character reference sheet, front, three-quarter and profile: {describe_look(asset.look)}."
    if asset.set is not None and asset.place is not None:
        return f"location reference sheet: {asset.set.kind}, {asset.place.value.lower()}."
    return f"{asset.kind} reference sheet. {about}"


def _framing(shot: Shot) -> str:
    return f"{SIZE_WORDS[shot.size]}, {ANGLE_WORDS[shot.angle]}, {shot.lens_mm:g} mm lens"


def _place(shot: Shot) -> str:
    weather = f", {shot.blocking.weather}" if shot.blocking.weather else ""
    return describe_set(shot.blocking.set, shot.place, shot.daytime) + weather


def _people(shot: Shot) -> str:
    people = [
        f"{describe_look(figure.look)}, {figure.pose.value}{', speaking' if figure.speaking else ''}"
        for figure in shot.blocking.figures
    ]
    return "; ".join(people)[:1].upper() + "; ".join(people)[1:] + "." if people else "Nobody in the frame."


def _action(shot: Shot, most: int) -> str:
    """Return what happens, without names, up to the last sentence that fits, else the last word."""
    text = shot.described or ""
    if len(text) <= most:
        return text
    ends = [found.end() for found in re.finditer(r"[.!?…](?=\s)", text[:most])]
    return text[: ends[-1]] if ends else text[:most].rsplit(" ", 1)[0]


def _builder(model: str, modality: str) -> Builder:
    try:
        return get_builder(model, modality)
    except KeyError:
        known = ", ".join(f"`{one} {other}`" for one, other in sorted(BUILDERS))
        fault = Fault("CF-F110", f"no prompt builder for `{model}` `{modality}`", hint=f"registered: {known}")
        raise StageError(fault) from None


def _untold(brief: Brief, reader: str, limits: Sequence[PromptLimit]) -> tuple[Concession, ...]:
    """Return what is said of an action that is not told to its end."""
    whole = brief.shot.described or "" if brief.shot else ""
    told = len(_action(brief.shot, brief.action_chars)) if brief.shot else 0
    if told >= len(whole):
        return ()
    why = f"the film's prompts tell {_ACTION_CHARS} characters of an action"
    if brief.action_chars < _ACTION_CHARS:
        why = f"`{reader}` reads {_said(limits)}" if limits else f"a prompt has {LIMIT_CHARS} characters"
    detail = f"{told} of {len(whole)} characters are told"
    return (Concession(part="prompt", what="without the end of the action", why=why, detail=detail),)


def _said(limits: Sequence[PromptLimit]) -> str:
    return " and ".join(dict.fromkeys(f"at most {limit.most} {limit.unit}" for limit in limits))


def _too_long(text: str, brief: Brief, limits: Sequence[PromptLimit]) -> Fault:
    most = f"{LIMIT_CHARS} characters" + (f", and of the model {_said(limits)}" if limits else "")
    what = f"the prompt has {len(text)} characters without the action, the limit is {most}"
    return Fault("CF-F111", what, _about(brief), "shorten the description, or ask a model that reads more")


def _about(brief: Brief) -> str:
    subject = brief.asset or brief.shot
    return subject.id if subject else ""
