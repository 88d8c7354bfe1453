"""A fault says which version it is, what stands on it, and which command repairs it."""

import pytest

from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.storage import FileStorage
from cine_forge.kernel.artifacts.verify.damage import damages
from cine_forge.kernel.artifacts.verify.verify import Finding, examine
from cine_forge.kernel.ground.errors import Fault
from tests.kernel.artifacts.kept import draft, keep, media, open_store, work


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    with open_store(folder) as store:
        root = keep(store, "ann", "x")
        keep(store, "bob", "y", root)
        keep(store, "eve", "z", Ref("note", "bob", 1), stage="cut")
        store.commit(work(draft("kim", "m", media=(media(tmp_path / "m"),)), made_from=()))
        store.state("approve", root, by="kim")
        for text in ("one", "two"):
            keep(store, "old", text)
    return folder


def _damages(project):
    storage = FileStorage(project)
    return damages(storage, examine(project).findings, options=" --project P")


def _break(project, pattern: str) -> str:
    (path,) = project.glob(pattern)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-3])
    return path.relative_to(project).as_posix()


def _run(stage: str, entity: str) -> str:
    return f"cine-forge run --include {stage} --only {entity} --force --project P"


@pytest.mark.row("H5")
def test_a_damaged_record_names_all_that_stands_on_it_and_the_run_that_makes_it_again(project):
    name = _break(project, "artifacts/note/ann-*/v0001.json")
    (damage,) = _damages(project)
    assert [str(ref) for ref in damage.refs] == ["note/ann@v1"]
    assert {"note/ann@v1", "note/bob@v1", "note/eve@v1"} <= {str(ref) for ref in damage.stands_on_it}
    assert damage.repairs == (_run("write", "ann"), f"cp -p COPY/{name} {name}")


def test_a_damaged_media_file_belongs_to_its_version(project):
    _break(project, "artifacts/note/kim-*/v0001.board.png")
    (damage,) = _damages(project)
    assert [str(ref) for ref in damage.stands_on_it] == ["note/kim@v1"]
    assert damage.repairs[0] == _run("write", "kim")


def test_what_nothing_current_stands_on_can_be_thrown_away(project):
    _break(project, "artifacts/note/old-*/v0001.json")
    (damage,) = _damages(project)
    assert damage.stands_on_it == ()
    assert damage.repairs[0] == "cine-forge gc --project P"


def test_a_lost_record_of_a_finished_unit_is_made_again_from_the_index(project):
    (path,) = project.glob("derivations/cut/eve-*/d0001.json")
    path.unlink()
    found = {damage.fault.code: damage for damage in _damages(project)}
    assert [str(ref) for ref in found["CF-A021"].refs] == ["note/eve@v1"]
    assert found["CF-A021"].repairs[0] == "cine-forge artifacts rebuild --project P"
    with open_store(project) as store:
        assert store.rebuild_index() == 1
    assert examine(project).findings == ()


def test_a_damaged_record_of_a_finished_unit_is_set_aside_and_written_again(project):
    name = _break(project, "derivations/write/bob-*/d0001.json")
    with open_store(project) as store:
        before = store.dump_index()
        store.rebuild_index()
        assert store.dump_index() == before
    assert (project / "quarantine" / name).is_file()
    assert examine(project).findings == ()


def test_without_an_index_a_lost_record_can_only_come_from_a_copy(project):
    (path,) = project.glob("derivations/cut/eve-*/d0001.json")
    path.unlink()
    (project / "index.sqlite").unlink()
    found = {damage.fault.code: damage for damage in _damages(project)}
    assert found["CF-A021"].refs == ()
    assert [repair.split()[0] for repair in found["CF-A021"].repairs] == ["cp"]


def test_a_persons_decision_can_only_come_from_a_copy(project):
    _break(project, "artifacts/statement/note-ann-*/v0001.json")
    (damage,) = _damages(project)
    assert [repair.split()[0] for repair in damage.repairs] == ["cp"]


def test_an_index_that_differs_is_repaired_by_a_rebuild_and_a_stray_by_nothing(project):
    findings = (
        Finding("index.sqlite", Fault("CF-A022", "differs")),
        Finding("artifacts/x", Fault("CF-A024", "stray")),
    )
    index, stray = damages(FileStorage(project), findings)
    assert (index.repairs, stray.repairs) == (("cine-forge artifacts rebuild",), ())
    assert damages(FileStorage(project), ()) == ()
