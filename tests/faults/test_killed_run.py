"""The page of the kit works as it is printed, and a run of three stages outlives a kill at every call."""

import importlib.util
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.apart import apart
from tests.faults.sweep import FAILED, FULL, KILLED, sweep
from tests.faults.trial import Trial

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
_FILE = re.compile(r"^`(?P<path>[\w./@-]+)`\n\n```\w+\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)

pytestmark = pytest.mark.needs("seccomp")


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """Write the files of the page into a folder."""
    folder = tmp_path_factory.mktemp("page")
    for found in _FILE.finditer(PAGE.read_text(encoding="utf-8")):
        path = folder / found["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found["text"], encoding="utf-8")
    return folder


def page_passes(path, room):
    """Run both tests of the page's file; whatever fails is raised."""
    spec = importlib.util.spec_from_file_location("test_card_faults", path)
    page = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(page)
    page.test_a_killed_run_ends_as_an_unbroken_one(room / "killed")
    page.test_a_disk_that_is_full_for_a_moment_costs_nothing_that_was_kept(room / "full")


def _trial(printed):
    return Trial(recipe=printed / "cards.yaml", modules=printed / "modules")


@pytest.mark.row("H1")
def test_the_test_on_the_page_passes_as_it_is_printed(printed, tmp_path):
    apart(page_passes, printed / "test_card_faults.py", tmp_path)


@pytest.mark.row("H1")
def test_a_run_of_three_stages_killed_at_calls_all_over_it_ends_as_an_unbroken_one(printed, tmp_path):
    report = apart(sweep, _trial(printed), tmp_path, first=3, every=4)
    assert report.findings == []
    assert report.points >= 80


@pytest.mark.row("H4")
def test_a_run_whose_disk_refuses_a_call_says_why_and_goes_on_later(printed, tmp_path):
    trial = replace(_trial(printed), current_only=True)
    assert apart(sweep, trial, tmp_path / "full", FULL, first=7, every=20).findings == []
    assert apart(sweep, trial, tmp_path / "failed", FAILED, first=11, every=20).findings == []


@pytest.mark.sweep
@pytest.mark.row("H1")
def test_a_run_that_makes_everything_once_more_outlives_a_kill_at_every_call(printed, tmp_path):
    first = _trial(printed)
    first.begin(tmp_path / "before")
    first.act(tmp_path / "before", print)
    changed = shutil.copytree(printed, tmp_path / "changed")
    main = changed / "modules" / "card" / "card_v1" / "main.py"
    main.write_text(main.read_text().replace('"name": context.stage_id', '"name": context.stage_id.upper()'))
    again = Trial(changed / "cards.yaml", changed / "modules", project=tmp_path / "before")
    report = apart(sweep, again, tmp_path / "swept")
    assert report.findings == []
    assert any("@v2" in line or ',2,"' in line for line in again.tree(tmp_path / "swept" / "whole"))


@pytest.mark.sweep
@pytest.mark.row("H1")
@pytest.mark.parametrize("harm", [KILLED, FAILED, FULL], ids=lambda harm: harm.name)
def test_a_run_of_three_stages_outlives_every_harm_at_every_call(printed, tmp_path, harm):
    trial = replace(_trial(printed), current_only=harm is not KILLED)
    assert apart(sweep, trial, tmp_path, harm).findings == []
