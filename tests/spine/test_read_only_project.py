"""Every command that only reads works on a project that nobody may write.

The table names every command there is: a new one has to be put into it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cine_forge.cli.commands import COMMANDS, cine_forge
from tests.spine.studio import ROOT, Film

READS = {
    "artifacts diff": ["{ref}", "{ref}"],
    "artifacts list": [],
    "artifacts locks": [],
    "artifacts show": ["{ref}"],
    "artifacts verify": [],
    "artifacts versions": ["{ref}"],
    "experiments list": [],
    "explain": ["cut"],
    **{
        f"export {form}": ["--out", f"{{out}}/{form}"]
        for form in ("callsheet", "docx", "fdx", "fountain", "markdown", "pdf", "sheet", "shotlist")
    },
    "gc": ["--dry-run"],
    "ledger": ["--json"],
    "lineage": ["{ref}"],
    "modules list": [],
    "people list": [],
    "plan": ["--json"],
    "project show": [],
    "providers check": [],
    "providers list": [],
    "review list": [],
    "run": ["--dry-run", "--json"],
    "runs compare": ["{run}", "{run}"],
    "runs list": [],
    "runs report": ["--html", "{out}/report.html"],
    "runs show": [],
    "script continuity": [],
    "script diff": ["current", "current"],
    "script sheet": ["--out", "{out}/one"],
    "script view": ["--json"],
    "stale": [],
    "status": ["--json"],
}
"""What only reads a project, with what it is asked; a command that writes may have a form that reads."""

NEEDS_NO_PROJECT = {"errors", "init", "schema artifact", "schema module",
                    "schema project", "schema recipe", "script inspect"}  # fmt: skip

WRITES = {
    "artifacts accept", "artifacts confirm", "artifacts edit", "artifacts lock", "artifacts pin",
    "artifacts rebuild", "artifacts reject", "artifacts revise", "artifacts unlock",
    "artifacts unpin", "doctor", "experiments run", "experiments show", "people merge", "people split",
    "project adopt", "providers close", "providers new", "providers recover", "providers restore",
    "providers test", "review approve", "review circle", "review ng", "review reject", "runs retry",
}  # fmt: skip
"""What changes a project or the machine; `doctor` tries whether it can, `experiments show` needs one."""

SCRIPT = """
import contextlib, io, json, sys
from cine_forge.cli.main import main
told = {}
for name, words in json.loads(sys.stdin.read()).items():
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(words)
    told[name] = [status, out.getvalue()[-500:], err.getvalue()[-500:]]
print(json.dumps(told))
"""


def _leaves(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(command, click.Group):
        names = COMMANDS if command is cine_forge else command.commands
        context = click.Context(command)
        for name in names:
            found = command.get_command(context, name)
            assert found is not None
            yield from _leaves(found, (*words, name))
    else:
        yield " ".join(words)


def test_every_command_is_known_to_read_or_to_write() -> None:
    known = {*READS, *WRITES, *NEEDS_NO_PROJECT}
    assert set(_leaves(cine_forge)) == known, "say in this file whether it only reads a project"


def _orders(film: Film, project: Path, out: Path) -> dict[str, list[str]]:
    ref = next(str(held.ref) for held in film.wired().store.currents({"shot"}))
    run = next(path.name for path in (film.folder / "runs").iterdir())
    filled = {"ref": ref, "run": run, "out": str(out)}
    return {
        name: [*name.split(), *(word.format(**filled) for word in words), "--project", str(project)]
        for name, words in READS.items()
    }


def _asked(command: list[str], orders: dict[str, list[str]]) -> dict[str, list[object]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*command, sys.executable, "-c", SCRIPT],
        input=json.dumps(orders),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[object]] = json.loads(done.stdout)
    return found


def _sealed(place: Path) -> list[str]:
    """Return what a command begins with so that it sees `place` on a file system that takes no writing."""
    mount = f"mount --bind {place} {place} && mount -o remount,bind,ro {place}"
    return ["unshare", "-m", "sh", "-c", f'{mount} && exec "$@"', "sh"]


@pytest.mark.needs("mount")
@pytest.mark.row("A17")
def test_every_reading_command_works_on_a_file_system_that_takes_no_writing(
    film: Film, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    told = _asked(_sealed(film.folder), _orders(film, film.folder, tmp_path / "out"))
    assert {name: answer for name, answer in told.items() if answer[0] != 0} == {}
    assert (tmp_path / "out" / "report.html").is_file()


@pytest.mark.needs("mount")
def test_what_a_killed_writer_left_is_read_without_writing_too(film: Film, tmp_path: Path) -> None:
    begin = _sealed(film.folder)
    for name in ("index.sqlite", "ledger.sqlite"):
        kill = (
            "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
            "c.execute('PRAGMA journal_mode=WAL'); c.execute('CREATE TABLE left_over (x)');"
            "os.kill(os.getpid(), 9)"
        )
        subprocess.run([sys.executable, "-c", kill, str(film.folder / name)], check=False)
        assert (film.folder / f"{name}-wal").stat().st_size > 0
        (film.folder / f"{name}-shm").unlink()
    orders = _orders(film, film.folder, tmp_path)
    told = _asked(begin, {name: orders[name] for name in ("ledger", "status", "artifacts list", "plan")})
    assert {name: answer for name, answer in told.items() if answer[0] != 0} == {}


def test_reading_leaves_no_trace_in_a_project_that_could_be_written(film: Film, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root proves more: nothing can be written above")
    before = _trace(film.folder)
    told = _asked([], _orders(film, film.folder, tmp_path))
    assert {name: answer for name, answer in told.items() if answer[0] != 0} == {}
    assert _trace(film.folder) == before


def _trace(folder: Path) -> dict[str, tuple[int, int]]:
    found = ((path, path.lstat()) for path in folder.rglob("*"))
    return {str(path): (status.st_size, status.st_mtime_ns) for path, status in found}
