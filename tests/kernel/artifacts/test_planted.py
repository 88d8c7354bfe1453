"""Whatever lies planted where the store's own things lie: nothing outside is touched, and nothing hangs."""

import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from cine_forge.kernel.artifacts.keeping import layout
from cine_forge.kernel.artifacts.keeping.blobs import FileBlobs
from cine_forge.kernel.artifacts.keeping.journal import FileJournal, Pending
from cine_forge.kernel.artifacts.records.envelope import MediaFile
from cine_forge.kernel.artifacts.records.refs import Ref, entity_folder
from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.kernel.ground.errors import ArtifactError, CineForgeError
from tests.kernel.artifacts.kept import draft, media, open_store, work

ANN, BOB = (f"artifacts/note/{entity_folder(name)}" for name in ("ann", "bob"))
RECORDS = f"derivations/write/{entity_folder('ann')}"
PLACES = (
    *("artifacts", "artifacts/note", ANN, BOB, f"{ANN}/v0001.json", f"{ANN}/v0002.json", f"{ANN}/v0003.json"),
    *(f"{ANN}/v0001.board.png", f"{ANN}/v0002.board.png", f"{BOB}/v0001.board.png", f"{ANN}/.1-1-1.tmp"),
    *("derivations", "derivations/write", RECORDS, f"{RECORDS}/d0001.json", f"{RECORDS}/d0002.json"),
    *("incoming", "incoming/lock", "incoming/stray", "quarantine", "quarantine/artifacts", "store.json"),
    *("index.sqlite", "index.sqlite-wal", "index.sqlite-shm", "commit.journal", "write.lock"),
)


def to_file(place: Path, outside: Path) -> None:
    place.symlink_to(outside / "secret.json")


def to_folder(place: Path, outside: Path) -> None:
    place.symlink_to(outside / "folder", target_is_directory=True)


def to_nothing(place: Path, outside: Path) -> None:
    place.symlink_to(outside / "absent")


def to_itself(place: Path, outside: Path) -> None:
    place.symlink_to(place)


def fifo(place: Path, outside: Path) -> None:
    os.mkfifo(place)


def end_of_socket(place: Path, outside: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(place))


def second_name(place: Path, outside: Path) -> None:
    place.hardlink_to(outside / "secret.json")


def folder(place: Path, outside: Path) -> None:
    place.mkdir()


NO_RECORDS = (to_file, to_folder, to_nothing, to_itself, fifo, end_of_socket, folder)
THINGS = (*NO_RECORDS, second_name)


@pytest.fixture(autouse=True)
def alarm() -> Iterator[None]:
    """End a test that hangs."""
    before = signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(AssertionError("it hangs")))
    signal.alarm(300)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a note and its picture, closed."""
    place = tmp_path_factory.mktemp("kept")
    with open_store(place / "project") as store:
        store.commit(work(draft("ann", "first", media=(media(place / "in.png"),))))
    return place / "project"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    place = tmp_path / "outside"
    (place / "folder").mkdir(parents=True)
    for file in (place / "secret.json", place / "folder" / "v0001.json", place / "folder" / ".1-1-1.tmp"):
        file.write_text('{"format": 9, "program": "secret"}')
    return place


def plant(thing: Callable[[Path, Path], None], place: Path, outside: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    thing(place, outside)


def seen(outside: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path): (path.read_bytes() if path.is_file() else b"", path.stat().st_mtime_ns)
        for path in sorted(outside.rglob("*"))
    }


def use(project: Path, tmp_path: Path) -> list[str]:
    """Do what can be done with a store; return the codes of what it refused, and what it told of the note."""
    codes: list[str] = []
    acts: tuple[Callable[[], object], ...] = (
        lambda: codes.extend(fault.code for fault in verify(project)),
        lambda: read(project),
        lambda: write(project, tmp_path),
        lambda: write(project, tmp_path),
        lambda: read(project),
    )
    for act in acts:
        try:
            act()
        except CineForgeError as error:
            codes += [fault.code for fault in error.faults]
    return codes


def read(project: Path) -> None:
    with open_store(project, write=False) as store:
        ref = Ref("note", "ann", 1)
        if store.current("note", "ann"):
            assert store.load(ref, verify_media=True).data == {"text": "first"}
            assert store.media_path(ref, "board.png").read_bytes() == b"picture"


def write(project: Path, tmp_path: Path) -> None:
    with open_store(project) as store:
        for entity in ("ann", "bob"):
            new = media(tmp_path / "new.png", b"other")
            with suppress(ArtifactError):
                store.commit(work(draft(entity, "second", media=(new,))))


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: thing.__name__)
def test_nothing_planted_leads_out_of_the_project_or_hangs(kept, outside, tmp_path, monkeypatch, thing):
    before = seen(outside)
    for number, place in enumerate(PLACES):
        project = tmp_path / str(number)
        shutil.copytree(kept, project, symlinks=True)
        monkeypatch.chdir(project)
        plant(thing, project / place, outside)
        use(project, tmp_path)
        assert seen(outside) == before, place
        shutil.rmtree(project)


@pytest.mark.parametrize("place", [f"{ANN}/v0002.json", f"{ANN}/v0002.board.png"])
@pytest.mark.parametrize("thing", NO_RECORDS, ids=lambda thing: thing.__name__)
def test_what_is_planted_at_the_next_version_is_set_aside_and_the_version_kept(
    kept, outside, tmp_path, monkeypatch, thing, place
):
    project = tmp_path / "project"
    shutil.copytree(kept, project)
    monkeypatch.chdir(project)
    plant(thing, project / place, outside)
    write(project, tmp_path)
    with open_store(project, write=False) as store:
        assert store.load(Ref("note", "ann", 2), verify_media=True).data == {"text": "second"}
    assert os.path.lexists(project / "quarantine" / place)


def test_what_could_be_a_record_is_never_moved_away(kept, outside, tmp_path):
    project = tmp_path / "project"
    shutil.copytree(kept, project)
    second_name(project / ANN / "v0002.json", outside)
    assert "CF-A020" in use(project, tmp_path)
    assert (project / ANN / "v0002.json").samefile(outside / "secret.json")


def test_two_names_that_share_a_folder_never_lose_a_version(kept, tmp_path, monkeypatch):
    project = tmp_path / "project"
    shutil.copytree(kept, project)
    monkeypatch.setattr(layout, "entity_folder", lambda entity: entity_folder("ann"))
    with open_store(project) as store, pytest.raises(ArtifactError) as raised:
        store.commit(work(draft("bob", "second")))
    assert raised.value.faults[0].code == "CF-A026"
    read(project)


@pytest.mark.parametrize("path", ["../outside/secret.json", "/etc/passwd", "a/../../x", "a\\b", "a/\0"])
def test_a_record_that_names_a_file_outside_is_no_record(path):
    said = {"name": "a.png", "sha256": "0" * 64, "bytes": 1, "media_type": "image/png"}
    with pytest.raises(ValueError, match="leaves the project"):
        MediaFile(path=path, **said)


def test_a_journal_that_names_a_file_outside_moves_nothing(kept, outside, tmp_path):
    project, before = tmp_path / "project", seen(outside)
    shutil.copytree(kept, project)
    pending = Pending("artifacts/note/x/v0001.json", ("../outside/secret.json", "/etc/passwd"))
    FileJournal(project / "commit.journal").begin(pending)
    with pytest.raises(ArtifactError, match="leaves the project"):
        open_store(project)
    assert seen(outside) == before


def test_blobs_below_a_root_that_is_a_link_are_none(outside, tmp_path):
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "artifacts").symlink_to(outside)
    blobs = FileBlobs(tmp_path / "project")
    assert list(blobs.names("artifacts")) == [] and list(blobs.everything("artifacts")) == ["artifacts"]
