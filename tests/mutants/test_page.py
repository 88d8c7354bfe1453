"""The page of mutants: what earlier runs found, as far as it still means something."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.mutants import page


def test_verdicts_of_a_file_that_is_gone_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "mutants.json"
    here = "cine_forge/kernel/planning/plan.py"
    kept.write_text(json.dumps({here: {"a": "killed"}, "cine_forge/kernel/gone.py": {"b": "survived"}}))
    monkeypatch.setattr(page, "KEPT", kept)
    assert page.kept() == {here: {"a": "killed"}}
    assert "gone.py" not in page.figures(page.kept())
