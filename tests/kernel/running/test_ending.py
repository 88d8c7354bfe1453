"""How the end of an isolated unit is told: what ended it, how far it was, what it printed last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cine_forge.kernel.running.ending import Ending, failure
from cine_forge.kernel.running.order import WorkOrder
from tests.kernel.planning.making import module, unit

SCRATCH = Path("/project/runs/r/scratch/me/ann")
LIMITED = module(timeout_s=3, resources={"memory_mb": 64}, runs="subprocess")


def told(progress: str = "", **ending: Any) -> tuple[str, str, str]:
    order = WorkOrder(unit("me", "ann"), LIMITED, {}, {}, {}, (), 1, "run-1", SCRATCH)
    report = failure(order, Ending.model_validate({"verdict": "", "status": 1} | ending), progress)
    assert report.error is not None
    (fault,) = report.error.faults
    assert (report.unit, fault.where) == (order.unit, "me/ann")
    return fault.code, fault.what, fault.hint


@pytest.mark.parametrize(
    ("ending", "code", "what"),
    [
        ({"verdict": "time"}, "CF-S033", "worked longer than its `timeout_s` of 3.0 s"),
        ({"verdict": "memory"}, "CF-S034", "held more than its `memory_mb` of 64 MB"),
        ({"verdict": "garbled", "detail": "half a frame"}, "CF-S031", "sent half a frame"),
        ({"verdict": "closed"}, "CF-S030", "closed the pipe to the run and went on without it"),
        ({"verdict": "stopped"}, "CF-S035", "was stopped"),
        ({"verdict": "left"}, "CF-S035", "was stopped"),
        ({"status": -9}, "CF-S032", "was ended by SIGKILL"),
        ({"status": -99}, "CF-S032", "was ended by signal 99"),
        ({"status": 3}, "CF-S030", "ended without a result, exit status 3"),
        ({"status": 0}, "CF-S030", "ended without a result, exit status 0"),
    ],
)
def test_each_ending_has_its_code_and_its_sentence(ending: dict[str, Any], code: str, what: str) -> None:
    found = told(**ending)
    assert found[0] == code
    assert found[1].replace("of 3 s", "of 3.0 s") == f"module `maker` {what}"


def test_a_limit_says_what_to_do_and_the_progress_how_far_it_was() -> None:
    _, what, hint = told("3 of 7", verdict="time")
    assert what.endswith("; progress was 3 of 7")
    assert hint == "raise `timeout_s` in its manifest, or find what it waits for"
    assert told(verdict="memory")[2].startswith("raise `resources.memory_mb`")
    assert told(verdict="closed")[2] == ""


def test_the_last_lines_are_shown_with_the_place_of_all() -> None:
    log = "/project/runs/r/logs/me/ann.log"
    assert told(lines=("one", "two"))[2] == f"it printed last (all of it in {log}):\n    | one\n    | two"
    assert told(lines=("one",), dropped=1234)[2].startswith(
        f"it printed last (all of it in {log}, 1,234 bytes left out):"
    )
