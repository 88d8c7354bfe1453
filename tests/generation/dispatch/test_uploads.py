"""References are brought to a vendor once until their term ends, and no signed URL is written down."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cine_forge.generation.dispatch.uploads import Uploads
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.payloads import AnyPayload, read_payload
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.provider import Uploaded
from cine_forge.kernel.ground.errors import Fault, StageError
from tests.generation.support import NOON, FakeProvider, capabilities, image, reference


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Shelf(FakeProvider):
    """A vendor that takes files, and counts them."""

    name: str = "fake"
    query: str = ""
    term: datetime | None = None
    takes: list[tuple[str, str, str]] = field(default_factory=list)
    refuses: bool = False

    def __post_init__(self) -> None:
        super().__init__()
        changes = {"upload": True, "name": self.name}
        self.capabilities: Capabilities = capabilities().model_copy(update=changes)

    def upload(self, file: Path, media_type: str, sha256: str) -> Uploaded:
        if self.refuses:
            raise StageError(Fault("CF-G036", "no"))
        self.takes.append((file.name, media_type, sha256))
        return Uploaded(f"https://{self.name}.test/{len(self.takes)}{self.query}", self.term)


def uploads(project: Path, clock: Clock | None = None) -> Uploads:
    """Open them anew, as a new process would."""
    return Uploads(project, Ledger(project / "ledger.sqlite"), clock or Clock())


def payload(project: Path, *names: str) -> AnyPayload:
    return read_payload(image(identity_refs=[reference(project, name) for name in names or ("sheet.png",)]))


def test_a_reference_is_brought_once_for_every_shot_and_every_process(tmp_path: Path) -> None:
    shelf, wanted = Shelf(), payload(tmp_path)
    told = [uploads(tmp_path).urls(wanted, shelf) for _ in range(3)]
    assert told == [{"sheet.png": "https://fake.test/1"}] * 3
    assert [(name, kind) for name, kind, _ in shelf.takes] == [("sheet.png", "image/png")]


def test_the_same_picture_under_two_names_is_brought_once(tmp_path: Path) -> None:
    shelf = Shelf()
    told = uploads(tmp_path).urls(payload(tmp_path, "a.png", "b.png"), shelf)
    assert told == {"a.png": "https://fake.test/1", "b.png": "https://fake.test/1"}


def test_each_vendor_gets_its_own(tmp_path: Path) -> None:
    first, second, wanted = Shelf(), Shelf(name="other"), payload(tmp_path)
    ours = uploads(tmp_path)
    assert ours.urls(wanted, first) != ours.urls(wanted, second)
    assert (len(first.takes), len(second.takes)) == (1, 1)


@pytest.mark.parametrize(("left", "times"), [(11, 1), (10, 2), (1, 2), (-60, 2)])
def test_a_reference_whose_term_soon_ends_is_brought_again(tmp_path: Path, left: int, times: int) -> None:
    shelf, clock = Shelf(term=NOON + timedelta(hours=1)), Clock()
    uploads(tmp_path, clock).urls(payload(tmp_path), shelf)
    clock.now = NOON + timedelta(minutes=60 - left)
    shelf.term = clock.now + timedelta(hours=1)
    told = uploads(tmp_path, clock).urls(payload(tmp_path), shelf)
    assert len(shelf.takes) == times and told == {"sheet.png": f"https://fake.test/{times}"}
    assert uploads(tmp_path, clock).urls(payload(tmp_path), shelf) == told


@pytest.mark.row("H10")
def test_a_signed_url_is_used_again_here_and_is_written_nowhere(tmp_path: Path) -> None:
    shelf, here = Shelf(query="?sig=canary-5e1f"), uploads(tmp_path)
    assert here.urls(payload(tmp_path), shelf) == here.urls(payload(tmp_path), shelf)
    assert len(shelf.takes) == 1
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not [content for content in written if b"canary" in content]
    assert uploads(tmp_path).urls(payload(tmp_path), shelf)["sheet.png"].startswith("https://fake.test/2?")


def test_a_vendor_that_takes_files_themselves_is_brought_nothing(tmp_path: Path) -> None:
    assert uploads(tmp_path).urls(payload(tmp_path), FakeProvider()) == {}
    unwilling = Shelf()
    unwilling.capabilities = capabilities()
    assert uploads(tmp_path).urls(payload(tmp_path), unwilling) == {} and unwilling.takes == []


def test_a_file_that_fits_into_the_request_is_not_brought(tmp_path: Path) -> None:
    shelf, wanted = Shelf(), payload(tmp_path, "small.png", "large.png")
    (tmp_path / "large.png").write_bytes(bytes(1_001))
    size = (tmp_path / "small.png").stat().st_size
    shelf.capabilities = shelf.capabilities.model_copy(update={"inline_bytes": 1_000})
    assert size <= 1_000 and [*uploads(tmp_path).urls(wanted, shelf)] == ["large.png"]
    shelf.capabilities = shelf.capabilities.model_copy(update={"inline_bytes": 0})
    assert [*uploads(tmp_path).urls(wanted, shelf)] == ["small.png", "large.png"]


def test_what_was_not_taken_is_brought_the_next_time(tmp_path: Path) -> None:
    shelf, ours = Shelf(refuses=True), uploads(tmp_path)
    with pytest.raises(StageError, match="CF-G036"):
        ours.urls(payload(tmp_path), shelf)
    shelf.refuses = False
    assert ours.urls(payload(tmp_path), shelf) == {"sheet.png": "https://fake.test/1"}


class Slow(Shelf):
    """Takes a file only while another one is under way."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.meeting = threading.Barrier(2)

    def upload(self, file: Path, media_type: str, sha256: str) -> Uploaded:
        self.meeting.wait(5)
        return super().upload(file, media_type, sha256)


def test_two_that_want_the_same_wait_for_one_and_others_for_nobody(tmp_path: Path) -> None:
    shelf, ours = Slow(), uploads(tmp_path)
    first, second = payload(tmp_path, "a.png"), reference(tmp_path, "b.png")
    (tmp_path / "b.png").write_bytes(b"another")
    other = read_payload(image(identity_refs=[{**second, "sha256": "b" * 64}]))
    with ThreadPoolExecutor(8) as pool:
        told = [*pool.map(lambda number: ours.urls((first, other)[number % 2], shelf), range(8))]
    assert len(shelf.takes) == 2 and len({tuple(one.values()) for one in told}) == 2
