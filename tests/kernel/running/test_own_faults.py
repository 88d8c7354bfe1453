"""What must never happen in a run is said as a fault of ours, by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cine_forge.kernel.ground.errors import InternalError
from cine_forge.kernel.planning.compilation import Compilation
from cine_forge.kernel.planning.decision import Decision
from tests.kernel.workshop import Workshop, chain

STRANGE = """
def run_module(inputs, params, context):
    return StageResult(outputs=(draft("other", context.entity, {"text": "x"}),))
"""


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def deciding(monkeypatch: pytest.MonkeyPatch, **change: Any) -> None:
    """Let every second decision come out changed."""
    real = Compilation.redecide

    def changed(compilation: Compilation, unit: Any) -> Decision:
        return real(compilation, unit)._replace(**change)

    monkeypatch.setattr(Compilation, "redecide", changed)


def test_a_unit_that_is_not_sure_when_its_turn_comes_stops_the_run(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    deciding(monkeypatch, action="may_run")
    chain(workshop, "a")
    with pytest.raises(InternalError) as raised:
        workshop.run()
    (fault,) = raised.value.faults
    assert (fault.code, fault.where) == ("CF-S006", "a/project")
    assert fault.what == "a unit's turn came before its inputs were sure"


def test_a_unit_without_a_fingerprint_keeps_nothing(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    deciding(monkeypatch, fingerprint=None)
    chain(workshop, "a")
    (failed,) = workshop.run().with_status("failed")
    assert failed.error is not None
    (fault,) = failed.error.faults
    assert (fault.code, fault.what) == ("CF-S006", "a unit ended without a fingerprint")
    with workshop.reopen() as store:
        assert store.types() == ()


def test_an_output_that_is_not_declared_fails_its_unit_by_name(workshop: Workshop) -> None:
    workshop.module("strange", STRANGE)
    workshop.stage("strange", "strange")
    (failed,) = workshop.run().with_status("failed")
    assert failed.error is not None
    (fault,) = failed.error.faults
    assert (fault.code, fault.what) == ("CF-A017", "the output `other` is not declared")
