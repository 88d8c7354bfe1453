"""What a person confirmed in spite of what changed, and when that does not hold."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from cine_forge.kernel.artifacts.records.derivation import Bound, Derivation
from cine_forge.kernel.planning.binding import Binding, Item, Standing
from cine_forge.kernel.planning.confirmed import still_right
from cine_forge.kernel.planning.plan import Reason
from cine_forge.kernel.planning.view import Seen
from cine_forge.kernel.planning.wires import Wire
from cine_forge.kernel.stages.manifest import InputSpec
from tests.kernel.planning.making import seen, unit

CHANGED = ("input:script:x",)
KIM = SimpleNamespace(by="kim", note="it still fits", ref="note/x@v1")
LEE = SimpleNamespace(by="lee", note="", ref="page/x@v3")


class Confirmed:
    """A view in which these results are confirmed, and this is kept of what the unit reads."""

    def __init__(self, held: Seen | None, **said: Any) -> None:
        self._held, self._said = held, said

    def confirmation(self, artifact_type: str, entity: str) -> Any:
        return self._said.get(artifact_type) if entity == "x" else None

    def current(self, artifact_type: str, entity: str) -> Seen | None:
        return self._held if (artifact_type, entity) == ("script", "x") else None


def made(*refs: str) -> Derivation:
    outputs = tuple(Bound(name="out", ref=ref, digest="d") for ref in refs)
    facts: dict[str, Any] = {"module": "m", "module_version": "1", "run_id": "r", "created_at": "now"}
    return Derivation(
        unit=unit("write"), sequence=1, fingerprint="f", components={}, outputs=outputs, **facts
    )


def reads(found: Seen | None) -> tuple[Binding, ...]:
    spec = InputSpec.model_validate({"schema": "script@1"})
    wire = Wire("script", spec, "script")
    return (Binding(wire, (Item("x", found, Standing.FIXED),)),)


@pytest.mark.row("A16")
def test_who_confirmed_each_result_is_told_with_what_was_said() -> None:
    script = seen("script", "x", 2)
    view: Any = Confirmed(script, note=KIM, page=LEE)
    assert still_right(CHANGED, made("note/x@v1", "page/x@v3", "note/x@v1"), reads(script), view) == (
        Reason(
            "confirmed",
            "`note/x` was confirmed by kim: it still fits",
            {"ref": "note/x@v1", "by": "kim", "note": "it still fits"},
        ),
        Reason(
            "confirmed",
            "`page/x` was confirmed by lee",
            {"ref": "page/x@v3", "by": "lee", "note": ""},
        ),
    )


@pytest.mark.parametrize("changed", [("param:tone",), ("input:script:x", "code:main.py"), ("order:script",)])
def test_what_is_no_input_was_looked_at_by_nobody(changed: tuple[str, ...]) -> None:
    script = seen("script", "x", 2)
    view: Any = Confirmed(script, note=KIM)
    assert still_right(changed, made("note/x@v1"), reads(script), view) == ()


def test_one_result_without_a_confirmation_is_enough_to_run() -> None:
    script = seen("script", "x", 2)
    view: Any = Confirmed(script, note=KIM)
    assert still_right(CHANGED, made("note/x@v1", "page/x@v3"), reads(script), view) == ()


@pytest.mark.parametrize("held", [None, seen("script", "x", 1)])
@pytest.mark.parametrize("bound", [None, seen("script", "x", 2)])
def test_an_input_that_is_not_kept_as_it_is_read_was_seen_by_nobody(
    held: Seen | None, bound: Seen | None
) -> None:
    view: Any = Confirmed(held, note=KIM)
    assert still_right(CHANGED, made("note/x@v1"), reads(bound), view) == ()


def test_an_input_that_is_gone_was_seen_by_nobody() -> None:
    view: Any = Confirmed(seen("script", "x", 2), note=KIM)
    assert still_right(("input:script:gone",), made("note/x@v1"), reads(seen("script", "x", 2)), view) == ()
