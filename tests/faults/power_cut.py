"""Power cuts: an action recorded once, and the disk that each of its moments could leave behind.

After every step the folder is laid out as the worst disk would have it (nothing that was not synced), as
the best one (everything), and as some in between; then the subject is asked what is wrong, and goes on. What
was acknowledged before the cut must be there in each of them.
"""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from cine_forge.kernel.artifacts.keeping import journal
from cine_forge.kernel.ground.errors import CineForgeError
from tests.faults.disk import Disk, Loss, Step
from tests.faults.recording import Recording
from tests.faults.sweep import Finding, Report, Subject

_SHARES = (0.2, 0.5, 0.8)
_FOLDER = "project"


def power_cuts(subject: Subject, room: Path, *, mixes: int = 3, every: int = 1) -> Report:
    """Cut the power after each `every`-th step of a subject's action; the machine then boots anew.

    `mixes` disks between the worst and the best are drawn for each moment; equal disks are looked at once.
    """
    begun, written = room / "begun", room / "written"
    (begun / _FOLDER).mkdir(parents=True)
    subject.begin(begun / _FOLDER)
    shutil.copytree(begun, written)
    recording = Recording(written)
    ending = recording.of(lambda say: subject.act(written / _FOLDER, say))
    assert not ending.error, ending.error
    unbroken, report = subject.tree(written / _FOLDER), Report()
    with another_boot(room):
        for name, folder, said, step in disks(begun, recording.steps, room, mixes=mixes, every=every):
            report.points += 1
            report.calls[step] += 1
            wrong = _wrong(subject, folder / _FOLDER, said, unbroken)
            report.findings += [Finding(report.points, name, what) for what in wrong]
            if not wrong:
                shutil.rmtree(folder)
    return report


def cut_after_kills(subject: Subject, room: Path, *, first: int = 1, every: int = 1) -> Report:
    """Kill a subject's action at a call, let another finish it, then cut the power: the worst disk.

    What the second acknowledged stands on what the first had begun, whose names it must not take for durable.
    """
    begun, report = room / "begun", Report()
    (begun / _FOLDER).mkdir(parents=True)
    subject.begin(begun / _FOLDER)
    for point in count(first, every):
        written, left = shutil.copytree(begun, room / f"kill{point}"), room / f"left{point}"
        recording = Recording(written)
        ending = recording.of(lambda say, at=written: subject.act(at / _FOLDER, say), kill_at=point)
        if not ending.killed:
            return report
        again = recording.of(lambda say, at=written: subject.act(at / _FOLDER, say))
        assert not again.error, again.error
        unbroken = subject.tree(written / _FOLDER)
        disk = Disk(begun)
        for step in recording.steps:
            disk.take(step)
        disk.lay_out(left, Loss.of_everything())
        report.points += 1
        with another_boot(room):
            wrong = _wrong(subject, left / _FOLDER, [*ending.said, *again.said], unbroken)
        report.findings += [Finding(report.points, f"killed at {point}", what) for what in wrong]
        if not wrong:
            shutil.rmtree(written)
            shutil.rmtree(left)
    raise AssertionError("it ends when no call is left to be killed at")


@contextmanager
def another_boot(room: Path) -> Iterator[None]:
    """Let the store believe that the machine was switched on again."""
    name, before = room / "boot", journal._BOOT_ID
    name.write_text("after the cut\n", encoding="ascii")
    journal._BOOT_ID = name
    try:
        yield
    finally:
        journal._BOOT_ID = before


def disks(
    before: Path, steps: Sequence[Step], room: Path, *, mixes: int = 3, every: int = 1
) -> Iterator[tuple[str, Path, list[str], str]]:
    """Yield each disk that a cut can leave: its name, the folder, what was acknowledged, the last step."""
    disk, said, seen = Disk(before), list[str](), set[str]()
    for at, step in enumerate(steps, 1):
        disk.take(step)
        if step.kind == "said":
            said += step.data.decode().splitlines()
        if at % every and at < len(steps):
            continue
        for kind, loss in _losses(at, mixes):
            folder = room / f"cut{at}-{kind}"
            disk.lay_out(folder, loss)
            if (print_of := _print_of(folder, said)) in seen:
                shutil.rmtree(folder)
                continue
            seen.add(print_of)
            yield f"{kind} disk after {at} {step.kind} {step.path}", folder, list(said), step.kind


def _losses(at: int, mixes: int) -> Iterator[tuple[str, Loss]]:
    yield "worst", Loss.of_everything()
    yield "best", Loss.of_nothing()
    for number in range(mixes):
        yield f"mix{number}", Loss(_SHARES[number % len(_SHARES)], random.Random(at * 1000 + number))


def _print_of(folder: Path, said: list[str]) -> str:
    """Return a digest of what lies in a folder and what was acknowledged."""
    found = hashlib.sha256(repr(said).encode())
    for path in sorted(folder.rglob("*")):
        found.update(repr((str(path.relative_to(folder)), path.is_file() and path.read_bytes())).encode())
    return found.hexdigest()


def _wrong(subject: Subject, folder: Path, said: list[str], unbroken: list[str]) -> list[str]:
    """Look at what was left, go on with it, and say what is not as it shall be."""
    again: list[str] = []
    try:
        wrong = list(subject.faults(folder, said))
        subject.act(folder, again.append)
        wrong += subject.faults(folder, (*said, *again))
    except CineForgeError as error:
        return [f"it does not go on: {error}"]
    if subject.tree(folder) != unbroken:
        wrong.append("what is kept in the end differs from an unbroken action's")
    return wrong
