"""Who is below a process, and what is left where the system tells less."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cine_forge.kernel.running import process_tree
from cine_forge.kernel.running.process_tree import (
    _children_by_parent,
    _resident_of,
    await_end,
    below,
    resident_bytes,
)

NO_PROC = """
from pathlib import Path
from cine_forge.kernel.running import keeper, process_tree
process_tree._PROC = Path("/nowhere")
"""
HEAD = "import os, signal, subprocess, sys, time\n"


def status_of(code: str) -> int:
    """Run `code` in an interpreter of its own; return its exit status."""
    return subprocess.run([sys.executable, "-c", HEAD + code], check=False).returncode


def test_children_are_found_with_and_without_the_kernels_list() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert child.pid in below(os.getpid())
        assert child.pid in list(_children_by_parent(os.getpid()))
        assert (resident_bytes(os.getpid()) or 0) > 1 << 20
        child.communicate(b"\n")


def test_a_process_that_is_gone_has_no_children_and_no_memory() -> None:
    assert (below(2**22 + 1), _resident_of(2**22 + 1)) == ([], 0)


def test_where_nobody_lists_children_all_processes_are_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pid, parent in ((7, 1), (8, 7), (9, 8)):
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "stat").write_text(f"{pid} (a) name) S {parent} 0")
    monkeypatch.setattr(process_tree, "_PROC", tmp_path)
    assert below(7) == [8, 9]


def test_an_end_is_waited_for_and_no_longer_than_it_may_take() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert not await_end([child.pid, 2**22 + 1], most_s=0.01)
        child.kill()
        assert await_end([child.pid], most_s=60.0)  # killed, and not reaped


def test_a_system_without_proc_or_prctl_is_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_tree, "_PROC", Path("/nowhere"))
    monkeypatch.setattr(sys, "platform", "darwin")
    assert (resident_bytes(os.getpid()), below(os.getpid())) == (None, [])
    assert process_tree.adopt_orphans() is False


def test_a_child_whose_parent_is_gone_ends_itself() -> None:
    assert status_of("from cine_forge.kernel.running.process_tree import die_with; die_with(2**22 + 1)") == 1


def test_without_proc_the_group_of_the_child_is_ended() -> None:
    code = """
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
sys.exit(process_tree.end_all_below(child.pid, 10) != (1, 0))
"""
    assert status_of(NO_PROC + code) == 0


def test_what_cannot_be_ended_in_time_is_counted() -> None:
    code = """
from cine_forge.kernel.running import process_tree
process_tree.os.kill = lambda pid, number: None
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
found = process_tree.end_all_below(child.pid, 0)
child.stdin.close()
child.wait()
sys.exit(found != (0, 1))
"""
    assert status_of(code) == 0


def test_without_proc_memory_is_bound_by_the_kernel() -> None:
    code = """
from cine_forge.kernel.running import child, report
watch = keeper.Watch.__new__(keeper.Watch)
watch._memory_bytes = 1 << 29
heard, said = os.pipe()

def perform(order, port):
    try:
        bytearray(1 << 30)
    except MemoryError:
        os._exit(3)

child.perform = perform
os.setsid = lambda: None
child.live(None, child.Ends(heard, said, os.dup(2), ()), keeper=os.getppid(), most_bytes=watch._bound_bytes())
"""
    assert status_of(NO_PROC + code) == 3


def test_a_pipe_that_somebody_still_holds_does_not_stop_the_keeper() -> None:
    code = """
from cine_forge.kernel.running import keeper
watch = keeper.Watch.__new__(keeper.Watch)
watch._output, held = os.pipe()
os.set_blocking(watch._output, False)
watch._drain()
"""
    assert status_of(code) == 0


def test_a_child_without_a_keeper_ends() -> None:
    code = """
from cine_forge.kernel.running.child import LinePort
heard, gone = os.pipe()
os.close(gone)
LinePort(heard, os.open(os.devnull, os.O_WRONLY))({"say": "log", "message": "", "values": {}})
"""
    assert status_of(code) == 1
