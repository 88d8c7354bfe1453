"""`--plan ID` runs what a person looked at, and nothing else."""

from __future__ import annotations

from tests.driver.stand import Stand


def refused(stand: Stand, plan_id: str, *options: str) -> str:
    """Return what the run says that refuses a plan."""
    modules = ("--modules", str(stand.root / "modules"))
    told = stand.cli("run", str(stand.recipe), *modules, "--plan", plan_id, *options)
    assert told.status == 2
    return told.err


def test_the_plan_that_was_printed_runs_by_its_id_or_the_beginning_of_it(stand: Stand) -> None:
    first = stand.plan()["plan_id"]
    assert stand.run("--plan", first)
    second = stand.plan()["plan_id"]
    assert second != first
    assert stand.run("--plan", second[:8])


def test_another_plan_that_no_run_had_is_refused_without_guessing(stand: Stand) -> None:
    told = refused(stand, "0123456789abcdef")
    assert told.startswith("CF-U043") and "in no run of this project" in told
    assert not (stand.project / "runs").exists()


def test_another_plan_that_a_run_had_is_compared_unit_by_unit(stand: Stand) -> None:
    before = stand.plan()["plan_id"]
    stand.run()
    told = refused(stand, before)
    assert "first/project: run → reuse, nothing it depends on changed" in told


def test_a_plan_with_the_same_units_and_other_content_says_so(stand: Stand) -> None:
    run = stand.run("--force")
    told = refused(stand, stand.story(run).plan_id, "--force", "--param", "text=hi")
    assert "the same units would do the same, with other content" in told


def test_an_id_that_says_too_little_is_refused(stand: Stand) -> None:
    assert refused(stand, stand.plan()["plan_id"][:3]).startswith("CF-U048")
