"""`cine-forge script inspect`: what a script is read as, and nothing written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cine_forge.cli.main import main

SAMPLE = Path(__file__).resolve().parents[2] / "projects" / "sample" / "scripts" / "ep_001.md"


def test_a_script_is_shown_as_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", "inspect", str(SAMPLE)]) == 0
    text = capsys.readouterr().out
    assert "EXT. STATION FORECOURT" in text
    assert "8 scenes" in text
    assert "IDA (13)" in text


def test_a_script_is_shown_as_json_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", "inspect", str(SAMPLE), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "script/1"
    assert len(document["scenes"]) == 8


def test_square_brackets_in_a_heading_are_shown_as_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "one.fountain"
    script.write_text("INT. ROOM [red] - DAY\n\nNothing.\n")
    main(["script", "inspect", str(script)])
    assert "INT. ROOM [red] - DAY" in capsys.readouterr().out


def test_looking_at_a_script_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "one.fountain"
    script.write_text("INT. ROOM - DAY\n\nNothing.\n")
    monkeypatch.chdir(tmp_path)
    assert main(["script", "inspect", "one.fountain"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["one.fountain"]


def test_a_missing_script_is_one_sentence_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", "inspect", "none.fountain"]) == 2
    told = capsys.readouterr()
    assert "none.fountain" in told.err
    assert "Traceback" not in told.err
