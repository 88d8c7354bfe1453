"""Shaping: a submission said by the table of its model's profile, so that a new model is no new code.

Dialects whose vendors take one flat object of settings put what comes out into their own envelope.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from cine_forge.generation.action import references_of, slots_of
from cine_forge.generation.length import length_s
from cine_forge.generation.payloads import Reference
from cine_forge.generation.profiles import Shape, Spoken
from cine_forge.generation.providers.provider import Submission
from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.media.signature import sniff

_NAMED_HEIGHTS = (360, 480, 540, 720, 1080, 1440, 2160)


def shape_of(submission: Submission) -> Shape:
    """Return the table of the submission's action. Raises StageError CF-G023 when its model has none."""
    shape = submission.profile.shapes.get(submission.action) if submission.profile else None
    if shape is None:
        what = f"the profile of `{submission.model}` does not say how `{submission.action}` is asked"
        raise StageError(Fault("CF-G023", what, hint="give it `shapes` in configs/models/"))
    return shape


def shaped(submission: Submission, *, only: Collection[str] | None = None) -> dict[str, Any]:
    """Return the settings as the table says: every part that is filled, then what is fixed.

    `only` are the vendor's keys that are wanted; no file of another's is read then.
    A part that is absent is left out; one that is empty, zero or false is said. Raises StageError CF-G023.
    """
    shape, said = shape_of(submission), dict[str, Any]()
    parts = _parts(submission)
    for name, key in shape.fields.items():
        if name not in parts or (only is not None and key not in only):
            continue
        value = parts[name]() if callable(parts[name]) else parts[name]
        if value is not None:
            value = shape.words.get(name, {}).get(str(value), value)
            _put(said, key, _spoken(value, shape.spoken.get(name), submission))
    for key, value in shape.fixed.items():
        if only is None or key in only:
            _put(said, key, value)
    return said


def address_of(submission: Submission, reference: Reference, *, bare: bool = False) -> str:
    """Return where a vendor finds a reference: its URL there, else the file itself as a data URI.

    `bare` gives base64 without the `data:` before it, as some vendors want it.
    """
    url = submission.urls.get(reference.path)
    if url is not None:
        return url
    file = submission.files[reference.path]
    content = base64.b64encode(file.read_bytes()).decode()
    return content if bare else f"data:{media_type_of(file)};base64,{content}"


def media_type_of(file: Path) -> str:
    """Return the media type of a reference by its first bytes, whatever it is called."""
    return sniff(file) or "application/octet-stream"


def ratio_of(width: int, height: int, known: Iterable[str] = ()) -> str:
    """Return `16:9` of a size in pixels, spelled as one of the `known` where it is one (`21:9`)."""
    ratio = Fraction(width, height)
    spelled = (text for text in known if Fraction(text.replace(":", "/")) == ratio)
    return next(spelled, f"{ratio.numerator}:{ratio.denominator}")


def resolution_of(width: int, height: int) -> str:
    """Return the name that vendors give a size: `720p` by its shorter side, rounded up to the next name."""
    short = min(width, height)
    return f"{next((named for named in _NAMED_HEIGHTS if named >= short), _NAMED_HEIGHTS[-1])}p"


def seconds_of(submission: Submission) -> float:
    """Return the length to ask for, in seconds: what the model makes for as long as the payload plays."""
    played = float(length_s(submission.payload))
    durations = submission.profile.durations if submission.profile else None
    billed = durations.billed_s(played) if durations else None
    return played if billed is None else billed


def _parts(submission: Submission) -> dict[str, Any | Callable[[], Any]]:
    payload = submission.payload
    held = {name: getattr(payload, name) for name in type(payload).model_fields}
    parts: dict[str, Any] = {name: value for name, value in held.items() if value != ()}
    width, height = parts.get("width"), parts.get("height")
    if isinstance(width, int) and isinstance(height, int):
        known = submission.profile.sizes.aspect_ratios if submission.profile else ()
        parts |= {"aspect_ratio": ratio_of(width, height, known), "resolution": resolution_of(width, height)}
        parts |= {"size": f"{width}x{height}", "frame": f"{width}:{height}"}
    hints = parts.pop("hints", None)
    if hints is not None:
        parts |= {name: getattr(hints, name) for name in type(hints).model_fields}
    return {
        **parts,
        "model": submission.endpoint,
        "duration": lambda: seconds_of(submission) or None,
        "own_id": submission.own_id,
        "references": references_of(payload) or None,
        **slots_of(payload),
    }


def _spoken(value: Any, how: Spoken | None, submission: Submission) -> Any:
    if isinstance(value, tuple) and value and isinstance(value[0], Reference):
        told = [address_of(submission, one, bare=how == "base64") for one in value]
        return told if how == "list" or len(told) > 1 else told[0]
    match how:
        case "text":
            return _figure(value) if isinstance(value, int | float) else str(value)
        case "seconds":
            return f"{_figure(value)}s"
        case "milliseconds":
            return round(value * 1000)
        case "seed":
            return value % 2**31
        case "number":
            return int(value) if float(value).is_integer() else float(value)
        case "switch":
            return "on" if value else "off"
        case "list":
            return list(value) if isinstance(value, tuple) else [value]
    return value


def _figure(value: float) -> str:
    """Return a number as people write it: `5`, `2.5`, and every digit of a large one."""
    return str(int(value)) if float(value).is_integer() else str(value)


def _put(said: dict[str, Any], key: str, value: Any) -> None:
    *way, last = key.split(".")
    for step in way:
        said = said.setdefault(step, {})
    held = said.get(last)
    said[last] = [*held, *value] if isinstance(held, list) and isinstance(value, list) else value
