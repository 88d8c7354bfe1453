"""Params: whether a value is one that a manifest allows.

Discovery asks it about defaults, planning about what a recipe gives.
"""

from __future__ import annotations

import re
from typing import Any

from cine_forge.kernel.ground.errors import listed, nearest
from cine_forge.kernel.ground.source import found_in
from cine_forge.kernel.stages.manifest import ParamSpec

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list, tuple),
    "object": (dict,),
}


def refusal(spec: ParamSpec, value: Any) -> str:
    """Say what was expected instead of `value`, or return an empty string when it is allowed."""
    expected = _expected(spec, value)
    return f"expected {expected}, found {found_in(value)}" if expected else ""


def _expected(spec: ParamSpec, value: Any) -> str:
    if not _is_of_type(spec, value):
        return spec.type
    if spec.enum is not None and not any(value == one and type(value) is type(one) for one in spec.enum):
        close = nearest(str(value), [str(one) for one in spec.enum])
        return f"one of {listed([str(one) for one in spec.enum])}" + (f" ({close})" if close else "")
    if spec.min is not None and value < spec.min:
        return f"at least {spec.min}"
    if spec.max is not None and value > spec.max:
        return f"at most {spec.max}"
    if spec.pattern is not None and not re.search(spec.pattern, value):
        return f"text that matches `{spec.pattern}`"
    return ""


def _is_of_type(spec: ParamSpec, value: Any) -> bool:
    """Say whether the type fits; a truth value is no number."""
    return isinstance(value, _TYPES[spec.type]) and (spec.type == "boolean" or not isinstance(value, bool))
