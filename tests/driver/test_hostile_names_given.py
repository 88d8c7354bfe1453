"""2,000 hostile names as `--only`, as experiments and their arms, as steps: refused, or plain on any disk."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cine_forge.driver.experiments.experiment import load_experiment
from cine_forge.driver.places import Places
from cine_forge.driver.request import Request
from cine_forge.driver.wiring import wire
from cine_forge.kernel.ground.errors import CineForgeError
from cine_forge.kernel.ground.files import is_device
from cine_forge.kernel.planning.compilation import compile_plan
from cine_forge.kernel.planning.selection import Selection
from cine_forge.kernel.stages.steps.block import ActionStep, Block, ChatStep
from cine_forge.kernel.stages.steps.naming import named, walk
from tests.driver.stand import Stand
from tests.kernel.artifacts.hostile import hostile_names

NAMES = hostile_names()
WRITES = frozenset({"os.mkdir", "os.rename", "os.link", "os.symlink", "os.remove", "os.rmdir", "os.truncate"})
_watched: list[list[str]] = []


@contextmanager
def nothing_written() -> Iterator[None]:
    """Fail when the file system is changed meanwhile, through whatever call of the interpreter."""
    seen: list[str] = []
    _watched.append(seen)
    yield
    _watched.remove(seen)
    assert seen == []


def _hear(event: str, given: tuple[object, ...]) -> None:
    opened = event == "open" and isinstance(given[1], str) and given[1][:1] in ("w", "a", "x")
    if _watched and (opened or event in WRITES):
        _watched[-1].append(f"{event}: {given[0]!r}")


sys.addaudithook(_hear)


def refused(error: CineForgeError) -> set[str]:
    """Return the codes of what was refused; every fault can be printed."""
    assert all(str(fault).encode("utf-8", "backslashreplace") for fault in error.faults)
    return {fault.code for fault in error.faults}


def fits_any_disk(name: str) -> bool:
    plain = name.isascii() and name.isprintable() and 0 < len(name) <= 64 and name[-1] not in ". "
    return plain and name[0] not in ".-" and not set(name) & set('/\\:<>"|?*') and not is_device(name)


@pytest.mark.row("A42")
def test_only_answers_a_hostile_name_or_says_that_nobody_has_it(stand: Stand) -> None:
    asked = Request(str(stand.recipe), project=stand.project, modules=(stand.root / "modules",))
    wired = wire(asked, Places.here(os.environ), write=False)
    with nothing_written():
        for name in NAMES:
            with pytest.raises(CineForgeError) as raised:
                compile_plan(wired.commission.selected(Selection(only=(name,))), wired.view)
            assert refused(raised.value) == {"CF-P030"}, name


@pytest.mark.row("A42")
def test_an_experiment_is_looked_up_by_any_name_without_a_trace(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "configs" / "experiments").mkdir(parents=True)
    with nothing_written():
        for name in NAMES:
            with pytest.raises(CineForgeError) as raised:
                load_experiment(name, Places(tmp_path, tmp_path), project)
            assert refused(raised.value) <= {"CF-U062", "CF-U063", "CF-U202", "CF-U204"}, name


@pytest.mark.row("A42")
def test_arms_are_refused_or_have_names_that_any_disk_can_hold(tmp_path: Path) -> None:
    path, said, passed = tmp_path / "try.yaml", [], []
    for name in NAMES:
        for arms in ({"arms": {name: {}}}, {"vary": {name: [1]}}, {"vary": {"text": [name]}}):
            path.write_text(json.dumps({"experiment": "try", "recipe": "any", **arms}))
            try:
                found = load_experiment(str(path), Places(tmp_path, tmp_path), tmp_path)
            except CineForgeError as error:
                said.append(refused(error))
            else:
                passed += [arm.name for arm in found.arms]
    assert [name for name in passed if not fits_any_disk(name)] == []
    assert (
        set().union(*said) <= {"CF-U063", "CF-U202", "CF-U204", "CF-U205", "CF-U209"} and len(passed) > 2000
    )


@pytest.mark.row("A42")
def test_a_step_is_refused_or_its_path_is_plain() -> None:
    for name in NAMES:
        nodes = [ChatStep(prompt="hello", name=name), ActionStep(print, name="act")]
        try:
            tree = named(Block(nodes), "root")
        except CineForgeError as error:
            assert refused(error) <= {"CF-M021", "CF-M022"}, name
        else:
            paths = [placed.path for placed in walk(tree)]
            parts = [part for path in paths for part in path.split("/")]
            assert all(part and part.isascii() and part.isprintable() for part in parts), name
