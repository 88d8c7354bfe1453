"""The kit finds what is wrong with an adapter: each sin is planted in a folder that was written by `new`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.cli.main import main
from cine_forge.generation.conformance.fault import FAULTS
from cine_forge.generation.conformance.folder import case_in, write_folder
from cine_forge.generation.conformance.kit import faults_for
from cine_forge.generation.conformance.trial import try_fault

READS_ID = 'name = answer.text_at("id") if answer.is_good else None'
REFUSED = 'SubmitOutcome("refused", error="no", trouble=Trouble.UNREACHED)'
RUNS = '        return PollOutcome("running")\n'

SINS = {
    "a lost answer is called a refusal": (
        "submit-500-taken",
        "        " + READS_ID,
        f"        if answer.status == 500:\n            return {REFUSED}\n        {READS_ID}",
        "were bought",
    ),
    "a lost submit is never found": (
        "accept-then-drop",
        "        return str(ours[0]",
        "        return None if ours else str(ours[0]",
        "were bought",
    ),
    "an unknown word is a failure": (
        "unknown-status-word",
        RUNS,
        '        return PollOutcome("failed", error="what?", cost_micro_usd=0)\n',
        "stands at `failed`",
    ),
    "nothing made is free": (
        "zero-samples",
        "trouble=Trouble.EMPTY, billed=True",
        "trouble=Trouble.EMPTY",
        "and the invoice 40000",
    ),
    "a page is read as if it were an answer": (
        "poll-200-html",
        'if not answer.is_good or answer.text_at("status") is None:',
        'if answer.data["status"] is None:',
        "raised TypeError",
    ),
}


@pytest.mark.row("H8")
@pytest.mark.parametrize("sin", sorted(SINS))
def test_the_kit_finds_a_sin(sin: str, tmp_path: Path) -> None:
    fault, old, new, told = SINS[sin]
    write_folder("sinner", tmp_path)
    adapter = tmp_path / "sinner" / "adapter.py"
    assert adapter.read_text().count(old) == 1
    adapter.write_text(adapter.read_text().replace(old, new))
    wrong = " ".join(try_fault(case_in(tmp_path / "sinner"), FAULTS[fault], tmp_path / "trial").wrong)
    assert told in wrong


@pytest.mark.row("H15")
def test_an_author_runs_it_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = tmp_path / "film"
    write_folder("mine", project / "providers")
    command = ["providers", "test", "mine", "--project", str(project), "--fault"]
    assert main([*command, "declined"]) == 0
    assert "1 fault, all borne" in capsys.readouterr().out
    adapter = project / "providers" / "mine" / "adapter.py"
    adapter.write_text(adapter.read_text().replace('case "failed":', 'case "broken":'))
    assert main([*command, "declined"]) == 1
    assert "may only be failed" in capsys.readouterr().out
    assert main([*command, "no-such-fault"]) == 2
    assert "CF-G089" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["Mine", "9lives", "a-b", "", "x" * 60, "fal", "../out"])
def test_a_name_that_is_none_or_is_taken_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["providers", "new", name, "--project", str(tmp_path)]) == 2
    assert "CF-G089" in capsys.readouterr().err
    assert not list(tmp_path.rglob("adapter.py"))


def test_a_folder_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "providers" / "mine").mkdir(parents=True)
    assert main(["providers", "new", "mine", "--project", str(tmp_path)]) == 2
    assert not list((tmp_path / "providers" / "mine").iterdir())


def test_a_provider_without_a_fake_cannot_be_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["providers", "test", "fal", "--project", str(tmp_path)]) == 2
    assert "`fake.py`" in capsys.readouterr().err


def test_every_moment_of_a_generation_has_its_faults(tmp_path: Path) -> None:
    write_folder("mine", tmp_path)
    places = {fault.place for fault in faults_for(case_in(tmp_path / "mine"))}
    assert places == {"submit", "poll", "list", "cancel", "download"}
