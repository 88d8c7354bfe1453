"""A plan in 80 columns: every name and every sum is whole, reasons are in short."""

from __future__ import annotations

import pytest

from cine_forge.driver.plans.plan_text import print_plan
from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.planning.decision import Reason
from cine_forge.kernel.planning.plan import Plan, PlannedUnit

CHANGED = "input `shot` shot/ep001/shot:a changed: /lines/0/text “Nobody does.” → “Nobody ever does.”"


def a_unit(stage: str, label: str, *reasons: Reason, micro_usd: int = 0) -> PlannedUnit:
    return PlannedUnit(
        unit=UnitKey(stage=stage, entity=f"shot:{label}"),
        label=label,
        module=f"{stage}_v1",
        action="run",
        reasons=reasons,
        provider="elevenlabs" if micro_usd else None,
        est_cost_micro_usd=micro_usd,
        est_seconds=0.0,
    )


def a_plan() -> Plan:
    code = [Reason(code="code_changed", text=f"code `cine_forge/film/{n}.py` changed") for n in range(4)]
    change = Reason(code="input_changed", text=CHANGED)
    units = (
        a_unit("script_breakdown.sheet", "KITCHEN", *code),
        a_unit("generation", "12A", change, *code, micro_usd=1_344_000_000),
    )
    return Plan(plan_id="p", recipe_id="r", project="x", units=units)


def test_names_and_sums_are_whole_and_files_are_counted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    print_plan(a_plan(), as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    told = " ".join(" ".join(lines).split())
    for part in ("script_breakdown.sheet KITCHEN", "elevenlabs $1,344.00", "est. $1,344.00"):
        assert part in told
    assert "4 files of code" in "".join(line[-30:] for line in lines) and "film/0.py" not in told
