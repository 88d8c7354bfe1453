"""Mutants on demand: `python -m tests.mutants [FILE …]`; `--help` says what else.

Says for every small wrong edit of the planning and commit code whether a test notices it. Without files it
takes those that plan and those that commit; `--sample` takes so many of each file, chosen by a fixed seed;
`--only` tries what survived the last time, or what was never tried. Status 1 when a file is below the bar.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from tests.contracts.test_breaks import copy_of_the_tree
from tests.mutants import page
from tests.mutants.mutation import Mutation, mutations_of
from tests.mutants.witness import Witnesses, read

BAR_PERCENT = 85
COMMITTING = (
    *(f"index/{name}" for name in ("sql_index", "index_record")),
    *("keeping/journal", "lineage/lineage"),
    *(f"store/{name}" for name in ("publish", "recovery", "store", "work")),
)
TESTS = ("tests/kernel",)
_MOST_SECONDS = 30.0
_SEED = 7


def main(arguments: list[str]) -> int:
    """Try the mutations that were asked for; print survivors as they come, and the table at the end."""
    asked = _parser().parse_args(arguments)
    files = asked.files or _files()
    chosen = [mutation for file in files for mutation in _chosen(file, asked.sample, asked.only)]
    with tempfile.TemporaryDirectory(dir=asked.scratch) as folder:
        trees = [copy_of_the_tree(Path(folder) / str(job)) for job in range(asked.jobs)]
        witnesses = _watched_run(trees[0], asked.tests or TESTS)
        for done in _tried(chosen, witnesses, trees):
            mutation = Mutation(**done["mutation"])
            page.keep(mutation, done["verdict"])
            if done["verdict"] == "survived":
                print(f"{mutation.file}:{mutation.line} {mutation.name}", flush=True)
    verdicts = {file: found for file, found in page.kept().items() if file in files}
    print(page.figures(verdicts))
    if asked.write:
        page.write(date.today().isoformat())
    return int(any(page.share_killed(file, found) < BAR_PERCENT for file, found in verdicts.items()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("files", nargs="*")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--only", choices=["survived", "untried"])
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--tests", action="append")
    parser.add_argument("--scratch")
    parser.add_argument("--write", action="store_true")
    return parser


def _files() -> list[str]:
    """Return the files that plan, and those that commit."""
    kernel = page.ROOT / "cine_forge" / "kernel"
    found = [file for file in sorted((kernel / "planning").glob("*.py")) if file.stem != "__init__"]
    found += [kernel / "artifacts" / f"{name}.py" for name in COMMITTING]
    return [file.relative_to(page.ROOT).as_posix() for file in found]


def _chosen(file: str, sample: int | None, only: str | None) -> list[Mutation]:
    found = mutations_of(page.ROOT, file)
    page.forget(file, {mutation.name for mutation in found})
    if only:
        before = page.kept()[file]
        found = [mutation for mutation in found if before.get(mutation.name, "untried") == only]
    if sample is None or sample >= len(found):
        return found
    places = sorted(random.Random(_SEED).sample(range(len(found)), sample))
    return [found[place] for place in places]


def _watched_run(tree: Path, tests: tuple[str, ...]) -> Witnesses:
    """Run all tests once without a mutation, to see which of them runs which line."""
    record, seconds = tree / "record", tree / "seconds.json"
    environment = _environment(tree) | {"COVERAGE_FILE": str(record), "CINE_FORGE_WITNESS": str(seconds)}
    under = ["-m", "coverage", "run", "--rcfile=/dev/null", "--source=cine_forge/kernel", "-m", "pytest"]
    options = ["-p", "tests.mutants.witness", "-p", "no:cacheprovider", "-p", "no:xdist", "-q"]
    run = subprocess.run(
        [sys.executable, *under, *options, *tests], cwd=tree, env=environment, capture_output=True, text=True
    )
    if run.returncode > 1:
        raise SystemExit(f"the tests do not run as they are:\n{run.stdout[-2000:]}")
    return read(record, seconds, tree)


def _tried(chosen: list[Mutation], witnesses: Witnesses, trees: list[Path]) -> Iterator[dict[str, Any]]:
    """Yield the verdicts as they come, one process to each tree."""
    running = []
    for job, tree in enumerate(trees):
        tasks = tree / "tasks"
        tasks.write_text("".join(f"{_task(one, witnesses)}\n" for one in chosen[job :: len(trees)]))
        command = [sys.executable, "-m", "tests.mutants.trial", str(tasks)]
        running.append(
            subprocess.Popen(command, cwd=tree, env=_environment(tree), stdout=subprocess.PIPE, text=True)
        )
    lines: SimpleQueue[str | None] = SimpleQueue()
    for process in running:
        threading.Thread(target=_pass_on, args=(process, lines), daemon=True).start()
    for _ in running:
        yield from (json.loads(line) for line in iter(lines.get, None))
    if any(process.wait() for process in running):
        raise SystemExit("a trial ended before its last mutation")


def _pass_on(process: subprocess.Popen[str], lines: SimpleQueue[str | None]) -> None:
    """Put what a process says into the queue, and None when it is over."""
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put(None)


def _task(mutation: Mutation, witnesses: Witnesses) -> str:
    tests = witnesses.of(mutation.file, mutation.line, _MOST_SECONDS)
    seconds = sum(witnesses.seconds[test] for test in tests)
    return json.dumps({"mutation": mutation.to_json(), "tests": tests, "seconds": seconds})


def _environment(tree: Path) -> dict[str, str]:
    paths = [str(tree), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
