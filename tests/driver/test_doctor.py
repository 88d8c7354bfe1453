"""The doctor tries the real things, says what it found and leaves nothing behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cine_forge.cli.main import main
from cine_forge.driver.doctor import examine


@pytest.mark.row("H14")
def test_a_sound_machine_has_nothing_to_mend(tmp_path: Path) -> None:
    findings = examine(tmp_path)
    assert [finding.name for finding in findings if not finding.well and finding.name != "disk"] == []
    assert {"python", "libraries", "encoders", "fonts", "disk", "publishing"} <= {
        one.name for one in findings
    }
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_yet_is_examined_by_the_one_above(tmp_path: Path) -> None:
    found = {finding.name: finding.found for finding in examine(tmp_path / "new" / "film")}
    assert found["publishing"].endswith(str(tmp_path))


def test_a_folder_without_hard_links_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refuse)
    finding = next(one for one in examine(tmp_path) if one.name == "publishing")
    assert (finding.well, "hard links" in finding.hint) == (False, True)


def test_a_missing_library_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cine_forge.driver.doctor.LIBRARIES", {"no-such-wheel": "no_such_wheel"})
    finding = next(one for one in examine(tmp_path) if one.name == "libraries")
    assert (finding.well, finding.found) == (False, "no-such-wheel is not installed")


def test_the_findings_come_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", "--project", str(tmp_path), "--json"])
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "doctor/1"
    assert {"name", "well", "found", "hint"} == set(document["findings"][0])
