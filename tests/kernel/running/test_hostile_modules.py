"""Modules that break in every way we know: the run goes on, says what happened, and keeps nothing by half.

The processes are real. In each run there is a unit beside the hostile one that must end well, and a unit
after it that must not begin.
"""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.kernel.running.execute import RunOutcome
from cine_forge.kernel.running.state import RunState
from tests.kernel.running.lent_executor import LentExecutor
from tests.kernel.workshop import JOIN, Workshop, chain

ISOLATED = {"runs": "subprocess"}
HURRIED = {"runs": "subprocess", "timeout_s": 1}

FINE = 'return StageResult(outputs=(draft("out", context.entity, {"text": "fine"}),))'


@pytest.fixture(scope="module")
def lent() -> Iterator[LentExecutor]:
    executor = LentExecutor(2)
    yield executor
    executor.end()


@pytest.fixture
def workshop(tmp_path: Path, lent: LentExecutor) -> Workshop:
    """A workshop whose keeper has kept the units of other tests before, and lives on."""
    return Workshop(tmp_path, executor=lambda: lent)


@pytest.fixture
def workshop_alone(tmp_path: Path) -> Workshop:
    """A workshop with keepers of its own, which end with the run."""
    return Workshop(tmp_path)


def hostile(workshop: Workshop, body: str, **manifest: Any) -> RunOutcome:
    """Run a stage whose module does `body`, with `beside` and `after`."""
    lines = "".join(f"    {line}\n" for line in body.strip("\n").splitlines())
    workshop.module("hostile", f"\ndef run_module(inputs, params, context):\n{lines}    {FINE}\n", **manifest)
    workshop.module("after", JOIN, inputs={"hostile": {"schema": "hostile@1"}})
    chain(workshop, "beside")
    workshop.stage("hostile", "hostile")
    workshop.stage("after", "after", needs=["hostile"])
    return workshop.run()


def failure(workshop: Workshop, body: str, **manifest: Any) -> str:
    """Run `body`, which must fail and do no harm; return what a person is told."""
    outcome = hostile(workshop, body, **manifest)
    assert {unit.stage: one.status for unit, one in outcome.units.items()} == {
        "beside": "done", "hostile": "failed", "after": "blocked",
    }  # fmt: skip
    told = [event for event in workshop.sink.events if event.event == "unit_failed"]
    assert [event.stage for event in told] == ["hostile"]
    state = RunState.replayed("run", workshop.sink.events)
    assert state.stages["hostile"].units["project"].error == told[0].fields["error"]
    with workshop.reopen() as store:
        assert {held.ref.type for held in store.currents()} == {"beside"}
    assert verify(workshop.root / "project") == ()
    return str(outcome.with_status("failed")[0].error)


def log_of(workshop: Workshop) -> bytes:
    """Return what the hostile unit printed, as it was kept."""
    (path,) = (workshop.root / "project" / "runs" / "run" / "logs" / "hostile").iterdir()
    return path.read_bytes()


def is_alive(pid: int) -> bool:
    """Say whether there is such a process; one that has ended and was not reaped is none."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def ended_now(pid: int) -> bool:
    """End a process that should be none; say whether it was alive."""
    alive = is_alive(pid)
    if alive:
        os.kill(pid, signal.SIGKILL)
    return alive


@pytest.mark.row("H6")
@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ("raise ValueError('no light')", "CF-S001", "raised ValueError: no light"),
        ("raise KeyboardInterrupt", "CF-S001", "raised KeyboardInterrupt"),
        ("raise SystemExit(0)", "CF-S001", "raised SystemExit: 0"),
        ("raise BaseException('odd')", "CF-S001", "raised BaseException: odd"),
        ("raise type('Mute', (Exception,), {'__str__': lambda self: 1 / 0})", "CF-S001", "cannot be said"),
        ("return {'text': 'x'}", "CF-S002", "returned dict, not a StageResult"),
        ("return StageResult(outputs=[1])", "CF-S002", "`outputs` as list"),
        ("return StageResult(outputs=(1,))", "CF-S002", "int among its outputs"),
        ("return StageResult(cost_micro_usd=-1)", "CF-S002", "`cost_micro_usd` as -1"),
        ("return StageResult(warnings='careful')", "CF-S002", "`warnings` that are not"),
        ("return StageResult(waiting=3)", "CF-S002", "`waiting` as int"),
        ("return StageResult(outputs=(draft('out', 'e', {'x': float('nan')}),))", "CF-S002", "no plain data"),
        ("return StageResult(outputs=(draft('out', 'e', {'x': {1}}),))", "CF-S002", "no plain data"),
        ("return StageResult(outputs=(draft('out', 'e', {'x': '\\ud800'}),))", "CF-S002", "no plain data"),
        (
            "d = {}\nfor _ in range(300): d = {'x': d}\nreturn StageResult(outputs=(draft('out', 'e', d),))",
            "CF-S002",
            "nested too deeply",
        ),
        (
            "d = {}\nfor _ in range(9**5): d = {'x': d}\nreturn StageResult(outputs=(draft('out', 'e', d),))",
            "CF-S002",
            "nested too deeply",
        ),
    ],
)
@pytest.mark.parametrize("runs", ["in_process", "subprocess"])
def test_whatever_a_module_raises_or_returns_fails_its_unit_alone(
    workshop: Workshop, body: str, code: str, words: str, runs: str
) -> None:
    said = failure(workshop, body, runs=runs)
    assert said.startswith(f"{code} hostile/project: module `hostile` ")
    assert words in said


@pytest.mark.row("H6")
@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ("import os; os._exit(0)", "CF-S030", "ended without a result, exit status 0"),
        ("import os; os._exit(3)", "CF-S030", "ended without a result, exit status 3"),
        ("import ctypes; ctypes.string_at(0)", "CF-S032", "was ended by SIGSEGV"),
        ("import os; os.abort()", "CF-S032", "was ended by SIGABRT"),
        ("import os; os.kill(os.getpid(), 9)", "CF-S032", "was ended by SIGKILL"),
        ("import os; os.kill(os.getpid(), 40)", "CF-S032", "was ended by signal 40"),
        ("import os; os.closerange(3, 1000)\nwhile True: pass", "CF-S030", "closed the pipe to the run"),
        ("import os; os.closerange(0, 1000)", "CF-S030", "ended without a result"),
        ("import os; os.kill(os.getppid(), 9)", "CF-S036", "lost its keeper"),
        ("context.log('x', value=object())", "CF-S001", "raised TypeError"),
        (
            "context.announce(draft('out', 'e', {'x': float('nan')}))",
            "CF-A033",
            "the data is not JSON",
        ),
        ("context._port({'say': 'nothing'})", "CF-S031", "sent what it must not"),
        ("context._port({'say': 'progress', 'done': 'much'})", "CF-S031", "sent what it must not"),
        ("context.log('x', value=10**4299)\nos = 1 / 0", "CF-S001", "raised ZeroDivisionError"),
        ("context.progress(10**4300 + 1, 1)", "CF-S001", "raised ValueError"),
        ("context.log('x' * 40_000_000)", "CF-S037", "too large to be handed over"),
        (
            "return StageResult(outputs=(draft('out', 'e', {'x': 'x' * 40_000_000}),))",
            "CF-S037",
            "too large to be handed over",
        ),
    ],
)
def test_a_process_that_ends_without_a_result_fails_its_unit_alone(
    workshop: Workshop, body: str, code: str, words: str
) -> None:
    said = failure(workshop, body, **ISOLATED)
    assert said.startswith(code)
    assert words in said


READS_NO_ANSWER = """
import fcntl, os
said = b'{"say":"log","message":"","values":{}}'
for handle in range(3, 20):
    try:
        reads = fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
    except OSError:
        continue
    if reads:
        os.close(handle)
    else:
        os.write(handle, b"m" + len(said).to_bytes(4, "big") + said)
"""
INTO_THE_PIPE = """
import os, struct
for handle in range(3, 20):
    try:
        os.write(handle, {})
    except OSError:
        pass
"""


@pytest.mark.row("H6")
@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("b'?' * 100", "bytes that are no message"),
        ("struct.pack('>cI', b'r', 2 << 30)", "a message of 2,147,483,648 bytes"),
        ("struct.pack('>cI', b'e', 2) + b'{}'", "which is not a child's"),
        ("struct.pack('>cI', b'r', 200_000) + b'[' * 200_000", "sent what it must not"),
        ("struct.pack('>cI', b'r', 2) + b'{}'", "sent what it must not"),
        ("struct.pack('>cI', b'm', 9) + b'{\"say\": 1'", "sent what it must not"),
        ("struct.pack('>cI', b'r', 26) + b'{\"parked\":\"a\",\"result\":{}}'", "sent what it must not"),
    ],
)
def test_bytes_that_are_no_message_end_the_unit_and_harm_nobody(
    workshop: Workshop, written: str, words: str
) -> None:
    said = failure(workshop, INTO_THE_PIPE.format(written), **ISOLATED)
    assert said.startswith("CF-S031")
    assert words in said


@pytest.mark.row("H6")
@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "import time\ncontext.progress(3, 10)\ntime.sleep(3600)",
        READS_NO_ANSWER + "while True: pass",
        "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass",
        "import os\nfor n in range(3, 20):\n    try: os.write(n, b'r\\0\\0\\xff\\xff')\n"
        "    except OSError: pass\nwhile True: pass",
    ],
)
def test_a_unit_that_does_not_end_is_ended(workshop: Workshop, body: str) -> None:
    said = failure(workshop, body, **HURRIED)
    assert said.startswith(
        "CF-S033 hostile/project: module `hostile` worked longer than its `timeout_s` of 1 s"
    )
    assert ("progress was 3 of 10" in said) is ("progress" in body)


@pytest.mark.row("H6")
def test_a_unit_that_holds_too_much_memory_is_ended_and_told_so(workshop: Workshop) -> None:
    hog = "held = []\nwhile True: held.append(bytearray(1 << 20))"
    said = failure(workshop, hog, resources={"memory_mb": 128}, **ISOLATED)
    assert said.startswith(
        "CF-S034 hostile/project: module `hostile` held more than its `memory_mb` of 128 MB"
    )


@pytest.mark.row("H6")
def test_memory_that_a_units_own_children_hold_counts(workshop: Workshop) -> None:
    held = "held = bytearray(1 << 28)\\nwhile True: pass"
    hog = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', '{held}'])"
    said = failure(workshop, hog, resources={"memory_mb": 128}, **ISOLATED)
    assert said.startswith("CF-S034")


@pytest.mark.row("H6")
def test_a_flood_of_output_is_cut_counted_and_not_held_in_memory(workshop: Workshop) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said = failure(
        workshop, "for _ in range(100): print('x' * 999_999)\nraise ValueError('loud')", **ISOLATED
    )
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert "raised ValueError: loud" in said
    assert grown < 16 << 10  # KiB
    kept = log_of(workshop)
    assert (1 << 20) <= len(kept) < (1 << 20) + 100
    assert b"[98,951,424 bytes are left out here]" in kept


@pytest.mark.row("H6")
def test_the_last_lines_are_told_without_what_steers_a_terminal(workshop: Workshop) -> None:
    body = "import os\nprint('one')\nos.write(2, b'\\x1b[2Jtwo \\xff\\n')\nos._exit(1)"
    said = failure(workshop, body, **ISOLATED)
    assert said.splitlines()[-2:] == ["    | one", "    | [2Jtwo \N{REPLACEMENT CHARACTER}"]
    assert log_of(workshop) == b"one\n\x1b[2Jtwo \xff\n"


ORPHAN = """
import os, signal, time
from pathlib import Path
first = os.fork()
if first == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Path({path!r}).write_text(str(os.getpid()))
    while True:
        time.sleep(60)
os.waitpid(first, 0)
while not Path({path!r}).exists() or not Path({path!r}).read_text():
    pass
"""


@pytest.mark.row("H6")
@pytest.mark.parametrize(
    ("end", "manifest", "status"),
    [
        ("", ISOLATED, "done"),
        ("raise ValueError", ISOLATED, "failed"),
        ("os._exit(0)", ISOLATED, "failed"),
        ("while True: pass", HURRIED | {"timeout_s": 4}, "failed"),
        ("os.kill(os.getppid(), 9)", ISOLATED, "failed"),
    ],
)
def test_no_process_outlives_its_unit(
    workshop: Workshop, end: str, manifest: dict[str, Any], status: str
) -> None:
    path = workshop.root / "orphan"
    outcome = hostile(workshop, ORPHAN.format(path=str(path)) + end, **manifest)
    assert {unit.stage: one.status for unit, one in outcome.units.items()}["hostile"] == status
    assert not ended_now(int(path.read_text()))
    if status == "done":
        (told,) = (event for event in workshop.sink.events if event.event == "unit_log")
        assert told.fields["message"] == "ended 1 processes that the unit left behind"


def test_one_keeper_serves_unit_after_unit_though_each_breaks(workshop_alone: Workshop) -> None:
    path = workshop_alone.root / "keepers"
    ends = {"exits": "os._exit(0)", "crashes": "os.abort()", "raises": "raise ValueError"}
    names = list(ends)
    for name, end in ends.items():
        code = f"import os\n    open({str(path)!r}, 'a').write(f'{{os.getppid()}}\\n')\n    {end}"
        workshop_alone.module(name, f"\ndef run_module(inputs, params, context):\n    {code}\n", **ISOLATED)
        workshop_alone.stage(name, name, after=names[: names.index(name)][-1:])
    assert set(workshop_alone.statuses().values()) <= {"failed", "blocked"}
    keepers = path.read_text().split()
    assert len(set(keepers)) == 1
    assert not is_alive(int(keepers[0]))


@pytest.fixture
def secretive(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda name: monkeypatch.setenv(name, "canary-4711")


@pytest.mark.row("H10")
def test_no_secret_of_the_run_is_in_the_environment_of_a_module(
    workshop_alone: Workshop, secretive: Callable[[str], None]
) -> None:
    for name in ("RUNWAY_API_KEY", "AWS_SECRET_ACCESS_KEY", "HTTPS_PROXY", "CINE_FORGE_STORE"):
        secretive(name)
    failure(workshop_alone, "import os\nprint(dict(os.environ))\nos._exit(0)", **ISOLATED)
    printed = log_of(workshop_alone)
    assert b"PATH" in printed
    assert b"canary" not in printed


def test_signals_meant_for_the_run_do_not_reach_its_units(workshop: Workshop) -> None:
    before = signal.getsignal(signal.SIGINT)
    outcome = hostile(workshop, "import os\nprint(os.getsid(0), os.getpgid(0))", **ISOLATED)
    assert {one.status for one in outcome.units.values()} == {"done"}
    assert str(os.getsid(0)).encode() not in log_of(workshop).split()
    assert signal.getsignal(signal.SIGINT) is before
