"""Answers: the words of a language model, read as data and as nothing else.

An answer is one JSON value, alone or in one fence; words around it are no answer. Everything that readers of
JSON commonly let pass is refused: two keys of one name, NaN, numbers without end, depths without end, halves
of surrogate pairs. What is refused is said with its place, so that it can be mended.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from cine_forge.kernel.artifacts.schemas.json_shape import Misfit, misfits
from cine_forge.kernel.ground.hashing import canonical_json

MOST_SIGNS = 400_000
MOST_DEPTH = 32
MOST_MISFITS = 20
_MOST_SHOWN = 240

_FENCE = re.compile(r"```(?:json)?[ \t]*\n(.*)\n[ \t]*```", re.DOTALL | re.IGNORECASE)


class Unfit(Exception):
    """An answer does not fit. `misfits` are the first places where it does not."""

    def __init__(self, found: Iterable[Misfit]) -> None:
        super().__init__()
        self.misfits = tuple(found)[:MOST_MISFITS]

    def lines(self) -> list[str]:
        """Return a line for each place, short and plain: what a model says is in it."""
        return [_plainly(f"{misfit.pointer or '/'}: {misfit.what}") for misfit in self.misfits]


def read_answer(text: str, schema: Mapping[str, Any]) -> Any:
    """Return the data of an answer that fits. Raises Unfit with every place where it does not."""
    data = _plain(text)
    found = list(misfits(dict(schema), data))
    if found:
        raise Unfit(found)
    return data


def _plain(text: str) -> Any:
    if len(text) > MOST_SIGNS:
        raise Unfit([Misfit("", f"the answer has {len(text):,} signs; at most {MOST_SIGNS:,} are read")])
    fenced = _FENCE.fullmatch(text.strip())
    try:
        data = json.loads(
            fenced[1] if fenced else text,
            object_pairs_hook=_once,
            parse_constant=_refused,
            parse_float=_finite,
        )
        canonical_json(data).encode()
    except RecursionError:
        raise Unfit([_TOO_DEEP]) from None
    except (ValueError, TypeError) as error:
        raise Unfit([Misfit("", f"expected one JSON value and nothing else: {_short(error)}")]) from None
    if _depth(data) > MOST_DEPTH:
        raise Unfit([_TOO_DEEP])
    return data


_TOO_DEEP = Misfit("", f"it is nested deeper than {MOST_DEPTH} levels")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _refused(word: str) -> Any:
    raise ValueError(f"`{word}` is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _depth(data: Any) -> int:
    """Return how many levels of objects and lists there are, counted no further than is asked."""
    depth, layer = 0, [data]
    while layer and depth <= MOST_DEPTH:
        whole = [part for part in layer if isinstance(part, dict | list)]
        layer = [inner for part in whole for inner in (part.values() if isinstance(part, dict) else part)]
        depth += bool(whole)
    return depth


def _plainly(line: str) -> str:
    plain = "".join(sign if sign.isprintable() else "�" for sign in line[: _MOST_SHOWN + 1])
    return plain if len(plain) <= _MOST_SHOWN else f"{plain[:_MOST_SHOWN]}…"


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
