"""A disk that is really full, a file that may not grow, a file system that is read-only."""

import resource
import shutil
import signal

import pytest

from cine_forge.generation.money.ledger import Ledger
from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.kernel.ground.errors import ArtifactError
from tests.faults.acts import ACTS, missing
from tests.faults.payments import Payments
from tests.faults.small_disk import small_disk
from tests.faults.watch import GO, KILL, watch
from tests.kernel.artifacts.kept import keep, open_store

_BY_NAME = {act.name: act for act in ACTS}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return, by name, what an unbroken act keeps."""
    trees = {}
    for name in ("save", "announce", "edit"):
        folder = tmp_path_factory.mktemp("whole") / "project"
        _BY_NAME[name].begin(folder)
        _BY_NAME[name].act(folder, lambda _line: None)
        trees[name] = _BY_NAME[name].tree(folder)
    return trees


def _try(act, folder):
    """Act; return whether it was refused, with a code, and what it acknowledged."""
    said: list[str] = []
    try:
        act.act(folder, said.append)
    except ArtifactError as error:
        assert {fault.code for fault in error.faults} == {"CF-A023"}
        return True, said
    return False, said


@pytest.mark.row("H4")
@pytest.mark.needs("root")
@pytest.mark.parametrize("name", ["save", "announce", "edit"])
def test_a_full_disk_costs_nothing_at_whatever_moment_it_is_full(tmp_path, whole, name):
    act, refusals = _BY_NAME[name], 0
    for but in range(0, 120_000, 8_192):
        with small_disk(tmp_path / f"disk{but}", kibibytes=640) as disk:
            folder = disk.folder / "project"
            act.begin(folder)
            before = act.tree(folder)
            disk.fill(but=but)
            refused, said = _try(act, folder)
            refusals += refused
            with open_store(folder, write=False) as store:
                assert missing(store, said) == []
            assert set(before) <= set(act.tree(folder))
            disk.free()
            act.act(folder, said.append)
            assert act.faults(folder, said) == []
            assert act.tree(folder) == whole[name]
    assert refusals >= 2


@pytest.mark.row("H4")
def test_a_file_that_may_not_grow_costs_nothing_at_any_of_fifty_sizes(tmp_path, whole):
    act, refusals = _BY_NAME["save"], 0
    act.begin(tmp_path / "begun")
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    assert signal.getsignal(signal.SIGXFSZ) is signal.SIG_IGN
    for size in range(0, 100_000, 2_000):
        folder = shutil.copytree(tmp_path / "begun", tmp_path / f"of{size}")
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            refused, said = _try(act, folder)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        refusals += refused
        act.act(folder, said.append)
        assert act.faults(folder, said) == [], size
        assert act.tree(folder) == whole["save"], size
    assert refusals >= 10


@pytest.mark.row("H4")
@pytest.mark.needs("root", "seccomp")
def test_what_a_killed_writer_left_is_read_whole_on_a_disk_that_became_read_only(tmp_path):
    with small_disk(tmp_path / "disk", kibibytes=2_048) as disk:
        project = disk.folder / "project"

        def act(say):
            with open_store(project) as store:
                say(f"{(ref := keep(store, 'ann', 'first'))} {store.load(ref).digest}")
                Payments().act(project, lambda _line: None)
                (project / "last").touch()

        ending = watch(act, lambda call: KILL if call.path.endswith("/last") else GO, under=project.parent)
        assert ending.killed
        disk.refuse_writing()
        with open_store(project, write=False) as store:
            assert missing(store, ending.said) == []
        assert verify(project) == ()
        assert len(Ledger(project / "ledger.sqlite").receipts()) == 2
        with pytest.raises(ArtifactError, match="CF-A023"):
            open_store(project)


@pytest.mark.row("H4")
@pytest.mark.needs("root", "seccomp")
def test_payments_of_a_killed_run_are_read_on_a_disk_that_became_read_only(tmp_path):
    with small_disk(tmp_path / "disk", kibibytes=2_048) as disk:
        project = disk.folder / "project"
        project.mkdir()
        calls = []

        def decide(call):
            calls.append(call)
            return KILL if len(calls) == 100 else GO

        ending = watch(lambda say: Payments().act(project, say), decide, under=project)
        assert ending.killed and ending.said
        disk.refuse_writing()
        receipts = {one.id: one.state for one in Ledger(project / "ledger.sqlite").receipts()}
        name, state = ending.said[-1].split()
        assert receipts[name] == state
