"""A project outlives the program: older forms are brought up, newer ones refused with who can read them."""

import json
import os
import sqlite3
import tomllib
from pathlib import Path

import pytest

from cine_forge.kernel.artifacts.keeping.seal import sealed, unsealed
from cine_forge.kernel.artifacts.records.edition import (
    MARKER,
    PROGRAM,
    STORE_FORMAT,
    Edition,
    RecordForm,
    claim,
    edition_of,
    naming_program,
)
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.artifacts.store import recovery
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.kernel.ground.errors import ArtifactError, Fault, IntegrityError, ProjectError
from cine_forge.kernel.planning.view import StoreView
from tests.kernel.artifacts.kept import Note, clock, keep, open_store

TO_COME = RecordForm("envelope_version", 2, {1: lambda record: {**record, "run_id": "brought up"}})


@pytest.fixture
def project(tmp_path) -> Path:
    """A project with a note and one that was made from it."""
    with open_store(tmp_path) as store:
        keep(store, "bob", "second", keep(store, "ann", "first"))
    return tmp_path


def rewrite(path: Path, **changes: object) -> None:
    record = {**unsealed(path.read_bytes(), str(path)), **changes}
    path.chmod(0o644)
    path.write_bytes(sealed(record))


def envelope_file(project: Path, entity: str) -> Path:
    (found,) = project.glob(f"artifacts/note/{entity}-*/v0001.json")
    return found


def stamps(project: Path) -> dict[Path, int]:
    """Return when each thing was written, but for the lock, which whoever may not write has held."""
    return {path: path.stat().st_mtime_ns for path in project.rglob("*") if path.name != "write.lock"}


def marked(project: Path, number: int, program: str) -> None:
    (project / MARKER).write_text(json.dumps({"format": number, "program": program}))


def test_the_program_says_its_own_version():
    text = (Path(__file__).parents[4] / "pyproject.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["project"]["version"] == PROGRAM


@pytest.mark.row("A9")
def test_a_record_of_an_older_form_is_brought_up_step_by_step():
    form = RecordForm("form", 3, {1: lambda old: {"form": 1, "b": old["a"]}, 2: lambda old: {**old, "c": 0}})
    assert form.brought_up({"form": 1, "a": 7}, "x") == {"form": 3, "b": 7, "c": 0}
    assert form.brought_up({"form": 3, "a": 7}, "x") == {"form": 3, "a": 7}


@pytest.mark.parametrize("number", [0, 4, -1])
def test_a_form_that_nothing_leads_from_is_refused(number):
    with pytest.raises(IntegrityError) as raised:
        RecordForm("form", 3, {1: dict, 2: dict}).brought_up({"form": number}, "x.json")
    (fault,) = raised.value.faults
    assert (fault.code, fault.where) == ("CF-A038", "x.json")
    assert fault.what == f"the record has form {number}, form 3 is read here"


def test_an_envelope_of_form_1_is_read_by_form_2_code_and_its_file_stays(project, monkeypatch):
    before, path = envelope_file(project, "ann").read_bytes(), envelope_file(project, "ann")
    with open_store(project, write=False) as store:
        kept = store.load(store.current("note", "ann").ref)
    monkeypatch.setattr(recovery, "ENVELOPE_FORM", TO_COME)
    with open_store(project) as store:
        found = store.load(store.current("note", "ann").ref)
        store.rebuild_index()
        assert store.lineage.stale() == ()
    assert found == kept.model_copy(update={"run_id": "brought up", "envelope_version": 2})
    assert path.read_bytes() == before and verify(project) == ()


def test_a_record_of_a_newer_form_is_refused_with_the_program_that_can_read_it(project):
    rewrite(envelope_file(project, "ann"), envelope_version=7)
    marked(project, 2, "0.9.0")
    with open_store(project, write=False) as store:
        with pytest.raises(IntegrityError) as raised:
            store.load(store.current("note", "ann").ref)
        assert store.load(store.current("note", "bob").ref).data == {"text": "second"}
    (fault,) = raised.value.faults
    assert fault.code == "CF-A038" and fault.what == "the record has form 7, form 1 is read here"
    assert fault.hint.startswith("use CineForge 0.9.0, which wrote it, or newer")


def test_a_number_of_a_form_that_is_none_is_damage(project):
    rewrite(envelope_file(project, "ann"), envelope_version="1")
    with open_store(project, write=False) as store, pytest.raises(IntegrityError, match="CF-A020"):
        store.load(store.current("note", "ann").ref)


def test_a_project_of_a_newer_program_is_not_written_but_read(project):
    marked(project, STORE_FORMAT + 1, "3.2.0")
    before = stamps(project)
    with pytest.raises(ProjectError) as raised:
        open_store(project)
    (fault,) = raised.value.faults
    assert (fault.code, fault.where) == ("CF-A039", str(project))
    assert fault.what == f"CineForge 3.2.0 wrote this project in form {STORE_FORMAT + 1}"
    assert "use 3.2.0 or newer to write" in fault.hint
    with open_store(project, write=False) as store:
        assert store.load(store.current("note", "bob").ref).data == {"text": "second"}
    assert stamps(project) == before


def test_the_marker_names_the_newest_program_that_wrote(tmp_path):
    assert edition_of(tmp_path) is None
    for program, expected in (("0.2.0", "0.2.0"), ("0.10.0", "0.10.0"), ("0.9.0", "0.10.0"), ("x", "0.10.0")):
        claim(tmp_path, own=Edition(1, program))
        assert edition_of(tmp_path) == Edition(1, expected)


def test_a_project_without_a_marker_gets_one_from_its_next_writer(project):
    (project / MARKER).unlink()
    open_store(project, write=False).close()
    assert edition_of(project) is None
    open_store(project).close()
    assert edition_of(project) == Edition(STORE_FORMAT, PROGRAM)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "x", "program": 1}', "[" * 4000, "\0"])
def test_a_marker_that_cannot_be_read_is_no_marker(tmp_path, content):
    (tmp_path / MARKER).write_text(content)
    assert edition_of(tmp_path) is None


def test_a_marker_that_is_no_plain_file_is_neither_read_nor_waited_for(tmp_path):
    outside = tmp_path / "outside.json"
    outside.write_text('{"format": 9, "program": "9"}')
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / MARKER).symlink_to(outside)
    (tmp_path / "b").mkdir()
    os.mkfifo(tmp_path / "b" / MARKER)
    assert edition_of(tmp_path / "a") is None and edition_of(tmp_path / "b") is None
    claim(tmp_path / "a")
    assert outside.read_text() == '{"format": 9, "program": "9"}'


def test_an_index_of_another_form_is_made_again(project):
    with open_store(project, write=False) as store:
        dump = store.dump_index()
    with sqlite3.connect(project / "index.sqlite") as sql:
        sql.execute("PRAGMA user_version = 99")
        sql.execute("UPDATE artifact SET digest = 'other'")
    sql.close()
    with open_store(project, write=False) as store:
        assert store.dump_index() == dump
    with open_store(project) as store:
        assert store.dump_index() == dump
    assert verify(project) == ()


def test_only_what_is_too_new_gets_the_program_named(tmp_path):
    with pytest.raises(ArtifactError) as raised, naming_program(tmp_path, "note/ann@v1"):
        raise ArtifactError(Fault("CF-A035", "no way"), Fault("CF-A037", "too new"))
    one, other = raised.value.faults
    assert (one.where, one.hint) == ("note/ann@v1", "")
    assert other.hint.startswith("use the CineForge that wrote it or newer")


@pytest.fixture
def newer(project) -> Store:
    """The same project, read by a program that knows `note@2`."""
    registry = SchemaRegistry()
    registry.register_model("note@1", Note)
    registry.register_json("note@2", {"type": "object", "required": ["body"]})
    registry.register_moves("note@2", [{"rename": "/text", "to": "body"}])
    with Store.open(project, registry=registry, clock=clock, write=False) as store:
        yield store


def test_an_upcast_gives_the_newer_shape_and_changes_no_file_digest_or_health(newer, project):
    before = {path: path.read_bytes() for path in project.rglob("*.json")}
    seen = StoreView(newer).current("note", "ann")
    given = seen.read_as("note@2")
    assert given.data == {"body": "first"} and seen.data == {"text": "first"}
    assert (
        given.digest
        == newer.current("note", "ann").digest
        == newer.load(newer.current("note", "ann").ref).digest
    )
    assert newer.lineage.stale() == ()
    assert {path: path.read_bytes() for path in project.rglob("*.json")} == before


def test_any_version_is_read_in_the_newer_shape(newer):
    seen = StoreView(newer).at("note/bob@v1")
    assert seen.read_as("note@2").data == {"body": "second"}
    assert seen.read_as("note@1").data == {"text": "second"}


def test_a_shape_that_is_newer_than_the_program_is_refused_with_the_artifact_and_the_program(project):
    marked(project, 2, "0.9.0")
    with open_store(project, write=False) as store, pytest.raises(ArtifactError) as raised:
        store.registry.register_json("leaf@1", {"type": "object"})
        with naming_program(project, "note/ann@v1"):
            store.registry.read_as("note@4", "note@1", {})
    (fault,) = raised.value.faults
    assert (fault.code, fault.where) == ("CF-A037", "note/ann@v1")
    assert fault.hint.startswith("use CineForge 0.9.0, which wrote it, or newer")
