"""YAML made to hurt its reader is given up early: it costs less than reading something honest."""

from __future__ import annotations

import time

import pytest

from cine_forge.kernel.ground.errors import RecipeError
from cine_forge.kernel.ground.source import MAX_BYTES, parse_source

_BELOW = "".join(
    f"{name}: &{name} [{','.join([f'*{above}'] * 9)}]\n"
    for above, name in zip("abcdefg", "bcdefgh", strict=True)
)
HOSTILE = {
    "laughs": ("a: &a [x, x]\n" + _BELOW, "CF-U206"),
    "aliases": ("- *a\n" * 500_000, "CF-U206"),
    "merges": ("- {<<: *a}\n" * 400_000, "CF-U206"),
    "tags": ("- !!python/object/apply:os.system [id]\n" * 100_000, "CF-U207"),
    "depth in lists": ("[" * (MAX_BYTES - 1), "CF-U208"),
    "depth in mappings": ("{a: " * (MAX_BYTES // 4), "CF-U208"),
    "depth in blocks": ("- " * (MAX_BYTES // 2), "CF-U208"),
    "keys that stand twice": ("a: 1\n" * 500_000, "CF-U205"),
    "documents": ("---\n" * 500_000, "CF-U210"),
    "more than 8 MiB": ("x" * (MAX_BYTES + 1), "CF-U203"),
}


def cost(text: str) -> tuple[float, str]:
    """Return the CPU seconds of reading a text, and the code of its first fault."""
    start = time.process_time()
    try:
        parse_source(text, "r.yaml", family=RecipeError)
    except RecipeError as error:
        return time.process_time() - start, error.faults[0].code
    return time.process_time() - start, ""


@pytest.fixture(scope="module")
def honest() -> float:
    """Return what a tenth of the largest text costs when there is nothing wrong with it."""
    return cost("- {id: a, module: m, needs: [b, c]}\n" * (MAX_BYTES // 10 // 36))[0]


@pytest.mark.row("H7")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_refused_for_less_than_an_honest_one_costs(name: str, honest: float) -> None:
    text, code = HOSTILE[name]
    seconds, found = cost(text)
    assert found == code
    assert seconds < honest / 2
