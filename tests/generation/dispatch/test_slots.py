"""Slots: never more at once than a provider has, over threads and processes; a killed one holds nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cine_forge.generation.dispatch.slots import Slots, slots_folder
from tests.generation.support import ROOT

HOLDER = """
import sys
from pathlib import Path
from cine_forge.generation.dispatch.slots import Slots
slots = Slots(Path(sys.argv[1]), lambda provider: 2)
print([slots.take("kling", f"rc-{sys.argv[2]}{n}") for n in range(int(sys.argv[3]))], flush=True)
sys.stdin.read()
"""


def slots(folder: Path, most: int | None = 2) -> Slots:
    return Slots(folder, lambda provider: most)


def held_by(folder: Path, name: str, count: int) -> tuple[subprocess.Popen[str], list[bool]]:
    """Start a process that takes so many slots and holds them; return it with which it got."""
    command = [sys.executable, "-c", HOLDER, str(folder), name, str(count)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=-1, stdout=-1, text=True)
    assert process.stdout is not None
    return process, [word == "True" for word in process.stdout.readline().strip("[]\n").split(", ")]


def test_there_are_no_more_slots_than_the_provider_has(tmp_path: Path) -> None:
    own = slots(tmp_path)
    assert [own.take("kling", name) for name in ("a", "b", "c")] == [True, True, False]
    assert own.take("fal", "c"), "another provider has its own"
    own.give_back("a")
    assert own.take("kling", "d") and not own.take("kling", "e")


def test_a_receipt_holds_one_slot_however_often_it_asks(tmp_path: Path) -> None:
    own = slots(tmp_path)
    assert all(own.take("kling", "a") for _ in range(5)) and own.take("kling", "b")
    own.give_back("a")
    own.give_back("a")
    assert own.take("kling", "c") and not own.take("kling", "d")


def test_a_provider_without_slots_takes_as_much_as_one_likes_and_nothing_is_written(tmp_path: Path) -> None:
    own = slots(tmp_path / "state", None)
    assert all(own.take("local", f"rc-{number}") for number in range(99))
    assert not (tmp_path / "state").exists()


def test_two_desks_of_one_process_share_the_slots(tmp_path: Path) -> None:
    one, other = slots(tmp_path), slots(tmp_path)
    assert one.take("kling", "a") and other.take("kling", "a") and not other.take("kling", "b")
    one.close()
    assert other.take("kling", "b")


def test_of_many_threads_as_many_as_there_are_slots_get_one(tmp_path: Path) -> None:
    own, got = slots(tmp_path, 5), list[bool]()
    threads = [
        threading.Thread(target=lambda n=n: got.append(own.take("kling", f"rc-{n}"))) for n in range(32)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False] * 27 + [True] * 5


@pytest.mark.row("D33")
def test_two_processes_share_the_slots_and_a_killed_one_gives_them_back(tmp_path: Path) -> None:
    own = slots(tmp_path)
    first, got = held_by(tmp_path, "p", 1)
    second, after = held_by(tmp_path, "q", 2)
    assert (got, after, own.take("kling", "own")) == ([True], [True, False], False)
    second.kill()
    second.communicate()
    assert own.take("kling", "own") and not own.take("kling", "more")
    first.communicate("")
    assert own.take("kling", "more")


def test_they_lie_in_the_persons_own_state_folder_where_there_is_one(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path)}
    below = Path("cine-forge/slots")
    assert slots_folder(home) == tmp_path / ".local/state" / below
    assert slots_folder({**home, "XDG_STATE_HOME": "relative"}) == slots_folder(home)
    assert slots_folder({**home, "XDG_STATE_HOME": f"{tmp_path}/state"}) == tmp_path / "state" / below
    assert slots_folder({}) is slots_folder({"HOME": "?"}) is None
