"""URLs of stores: what is read from them, what is refused, and what is never shown."""

from __future__ import annotations

import pytest

from cine_forge.kernel.artifacts.store.storage import FileStorage
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import ArtifactError, ProjectError
from tests.conftest import need
from tests.kernel.artifacts.kept import clock, keep, registry


@pytest.fixture(autouse=True)
def _libraries():
    need("postgres")
    need("s3")


def location(*urls: str):
    from cine_forge.scale.location import Location

    return Location.of(*urls)


def test_a_bucket_and_a_database_are_read_from_their_urls():
    found = location(
        "s3://films/ep001/main", "postgresql://kim@db.example:5433/studio?schema=ep001&sslmode=require"
    )
    assert (found.bucket, found.prefix, found.schema) == ("films", "ep001/main", "ep001")
    assert found.database == "postgresql://kim@db.example:5433/studio?sslmode=require"
    assert found.address == "s3://films/ep001/main"
    assert location("s3://films").address == "s3://films"
    assert location("postgres://db/studio").schema == "cine_forge"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://films/x", "films", "", "s3://", "s3://Films/x", "s3://films/../other", "s3://films/a//b",
        "s3://films/x?y=1", "s3://films/x#y", "postgresql://db", "postgresql://db/studio?schema=a-b",
        "postgresql://db/studio?schema=a;drop", "postgresql://db/studio#x", "http://[", "s3://films/.hidden",
    ],
)  # fmt: skip
def test_what_is_no_url_of_a_store_is_refused_with_the_forms_there_are(url):
    with pytest.raises(ProjectError) as raised:
        location(url)
    (fault,) = raised.value.faults
    assert fault.code == "CF-A050"
    assert "s3://bucket/prefix" in fault.hint


def test_two_urls_that_say_the_same_are_refused():
    with pytest.raises(ProjectError, match=r"CF-A050 .*two URLs say the bucket"):
        location("s3://films/a", "s3://films/b")


@pytest.mark.row("B17")
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://kim:hunter2secret@db/studio",
        "postgresql://db/studio?user=kim&password=hunter2secret",
        "postgresql://db/studio?sslpassword=hunter2secret",
        "s3://key:hunter2secret@films/x",
        "s3://hunter2secret@films/x",
        "ftp://kim:hunter2secret@films/x",
    ],
)
def test_a_password_in_a_url_is_refused_and_not_shown(url):
    with pytest.raises(ProjectError) as raised:
        location(url)
    assert raised.value.faults[0].code == "CF-A051"
    assert "hunter2secret" not in str(raised.value)


@pytest.mark.row("B17")
def test_no_secret_of_the_environment_is_in_a_message():
    from cine_forge.scale.location import _Plain

    plain = _Plain({"PGPASSWORD": "hunter2secret", "AWS_SECRET_ACCESS_KEY": "", "HOME": "/root"})
    assert plain("FATAL: hunter2secret is wrong in /root") == "FATAL: *** is wrong in /root"


def test_what_no_url_names_lies_in_the_folder_of_the_project(tmp_path):
    storage = location().storage(tmp_path, {}, "write")
    assert isinstance(storage, FileStorage)


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path):
    url = "postgresql://kim@127.0.0.1:1/studio"
    with pytest.raises(ArtifactError) as raised:
        opened(tmp_path, "read", {"PGPASSWORD": "hunter2secret"}, url)
    (fault,) = raised.value.faults
    assert (fault.code, fault.where, raised.value.transient) == ("CF-A052", url, True)
    assert "hunter2secret" not in str(raised.value)


def test_a_bucket_that_is_not_there_is_named(tmp_path, s3_environment):
    storage = location("s3://nobody/x").storage(tmp_path, s3_environment, "read")
    with pytest.raises(ArtifactError, match=r"CF-A052 s3://nobody/x/.*there is no such bucket"):
        storage.blobs.read("artifacts/x")
    with pytest.raises(ArtifactError, match="CF-A052"):
        location("s3://nobody/x").storage(tmp_path, s3_environment, "write")


def test_a_prefix_is_written_with_one_index_alone(tmp_path, s3_environment, postgres_url):
    one, other = tmp_path / "one", tmp_path / "other"
    shared = f"{postgres_url}&schema=claimed"
    location("s3://films/claimed").storage(one, s3_environment, "write")
    location("s3://films/claimed").storage(one, s3_environment, "write")
    location("s3://films/claimed").storage(other, s3_environment, "read")
    for urls, project in ((("s3://films/claimed",), other), (("s3://films/claimed", shared), one)):
        with pytest.raises(ArtifactError, match="CF-A053") as raised:
            location(*urls).storage(project, s3_environment, "write")
        assert str(one) in raised.value.faults[0].what


def opened(project, mode, environ, *urls) -> Store:
    storage = location(*urls).storage(project, environ, mode)
    write = mode == "write"
    return Store.open(project, registry=registry(), clock=clock, write=write, storage=storage)


def test_a_schema_is_about_one_store_alone(tmp_path, postgres_url):
    url = f"{postgres_url}&schema=about_one"
    for mode in ("write", "read", "write"):
        opened(tmp_path / "one", mode, {}, url).close()
    for mode in ("write", "read"):
        with pytest.raises(ArtifactError, match=r"CF-A053 .*another store"):
            opened(tmp_path / "other", mode, {}, url)


def test_two_computers_write_one_store_through_a_bucket_and_a_database(
    tmp_path, s3_environment, postgres_url
):
    urls = ("s3://films/shared", f"{postgres_url}&schema=shared")

    def writer(name: str) -> Store:
        return opened(tmp_path / name, "write", s3_environment, *urls)

    with writer("here") as here, writer("there") as there:
        refs = [keep(store, "ann", f"text {n}") for n, store in enumerate((here, there, here, there))]
        assert [ref.version for ref in refs] == [1, 2, 3, 4]
        assert [there.load(ref).data["text"] for ref in refs] == [f"text {n}" for n in range(4)]
        assert here.dump_index() == there.dump_index()
