"""Locations: what URLs say about where a store lies, and the storage that they lead to.

`s3://bucket/prefix` holds artifacts, `postgresql://host/database?schema=name` holds their index. A URL is
written into files and shown to people, so it may hold no password: those come from the environment alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from obstore.store import S3Store

from cine_forge.kernel.artifacts.store.storage import FileStorage, Storage
from cine_forge.kernel.ground.errors import Fault, ProjectError
from cine_forge.scale.postgres_database import PostgresDatabase
from cine_forge.scale.postgres_server import Server
from cine_forge.scale.postgres_storage import PostgresStorage
from cine_forge.scale.s3_blobs import S3Blobs

if TYPE_CHECKING:
    from obstore.store import S3Config

_BUCKET = re.compile(r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
_PART = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
_SCHEMA = re.compile(r"^[a-z][a-z0-9_]{0,62}$")
_DEFAULT_SCHEMA = "cine_forge"
_SECRET_NAMES = ("password", "passfile", "sslpassword")
_SECRETS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "PGPASSWORD")
_FORMS = "write `s3://bucket/prefix` for artifacts, `postgresql://host/database?schema=name` for the index"
_UPLOAD_S = 900

Mode = Literal["write", "read"]


@dataclass(frozen=True)
class Location:
    """Where a store lies beyond this disk. What no URL names lies in the project's folder."""

    bucket: str | None = None
    prefix: str = ""
    database: str | None = None
    schema: str = _DEFAULT_SCHEMA

    @classmethod
    def of(cls, *urls: str) -> Location:
        """Read one URL, or one of each kind.

        Raises ProjectError CF-A050 for what is no such URL, CF-A051 for a password in one.
        """
        found: dict[str, str] = {}
        for url in urls:
            said = _read(url)
            if twice := said.keys() & found.keys():
                raise ProjectError(Fault("CF-A050", f"two URLs say the {min(twice)}", shown(url), _FORMS))
            found |= said
        return cls(**found)

    def storage(self, project: Path, environ: Mapping[str, str], mode: Mode) -> Storage:
        """Return the storage of a project. In `write` mode the bucket is claimed for its index.

        Raises ArtifactError CF-A052 when a place does not answer, CF-A053 when it belongs to another store.
        """
        files = FileStorage(project)
        database = self._database(str(project.absolute()), environ, mode)
        blobs = self._blobs(project, environ, database)
        if blobs and mode == "write":
            blobs.claim(self._index_of(project))
        if database:
            return PostgresStorage(project, blobs or files.blobs, database)
        return FileStorage(project, blobs)

    @property
    def address(self) -> str:
        """Return the URL of the bucket and prefix."""
        return "/".join(("s3:/", self.bucket or "", *self.prefix.split("/"))).rstrip("/")

    def _database(self, folder: str, environ: Mapping[str, str], mode: Mode) -> PostgresDatabase | None:
        if self.database is None:
            return None
        server = Server(self.database, self.schema, environ.get("PGPASSWORD"), _Plain(environ))
        return PostgresDatabase(server, self.address if self.bucket else folder, mode)

    def _blobs(
        self, project: Path, environ: Mapping[str, str], database: PostgresDatabase | None
    ) -> S3Blobs | None:
        if self.bucket is None:
            return None
        store = _bucket(self.bucket, self.prefix, environ)
        plain = _Plain(environ)
        if database is None:
            return S3Blobs(store, self.address, project=project, plain=plain)
        return S3Blobs(store, self.address, project=project, plain=plain, fence=database.still_locked)

    def _index_of(self, project: Path) -> str:
        """Return the words by which an index is known to the bucket."""
        if self.database is None:
            return f"{project.absolute()}/index.sqlite on {os.uname().nodename}"
        return f"schema {self.schema} of {urlsplit(self.database).path.strip('/')} in PostgreSQL"


@dataclass(frozen=True)
class _Plain:
    """Takes the secrets of an environment out of a text."""

    environ: Mapping[str, str]

    def __call__(self, text: str) -> str:
        for secret in filter(None, (self.environ.get(name) for name in _SECRETS)):
            text = text.replace(secret, "***")
        return text


def shown(url: str) -> str:
    """Return a URL as it may be shown: without user, password, and whatever stands for one."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name not in _SECRET_NAMES]
    return urlunsplit(
        parts._replace(netloc=parts.netloc.rpartition("@")[2], query=_query(query), fragment="")
    )


def _read(url: str) -> dict[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ProjectError(Fault("CF-A050", "this is no URL of a store", hint=_FORMS)) from None
    _refuse_secrets(parts, url)
    if parts.scheme == "s3":
        return _bucket_of(parts, url)
    if parts.scheme in ("postgresql", "postgres"):
        return _database_of(parts, url)
    raise ProjectError(Fault("CF-A050", f"`{shown(url)}` is no URL of a store", hint=_FORMS))


def _refuse_secrets(parts: SplitResult, url: str) -> None:
    secret = parts.password or any(name in _SECRET_NAMES for name, _ in parse_qsl(parts.query))
    if secret or (parts.scheme == "s3" and "@" in parts.netloc):
        hint = "take it out and set PGPASSWORD, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        raise ProjectError(Fault("CF-A051", "a URL may hold no password", shown(url), hint))


def _bucket_of(parts: SplitResult, url: str) -> dict[str, str]:
    prefix = parts.path.strip("/")
    named = all(_PART.match(part) for part in prefix.split("/")) if prefix else True
    if not _BUCKET.match(parts.netloc) or not named or parts.query or parts.fragment:
        raise ProjectError(Fault("CF-A050", f"`{shown(url)}` names no bucket and prefix", hint=_FORMS))
    return {"bucket": parts.netloc, "prefix": prefix}


def _database_of(parts: SplitResult, url: str) -> dict[str, str]:
    query = dict(parse_qsl(parts.query))
    schema = query.pop("schema", _DEFAULT_SCHEMA)
    if not _SCHEMA.match(schema) or not parts.path.strip("/") or parts.fragment:
        raise ProjectError(Fault("CF-A050", f"`{shown(url)}` names no database and schema", hint=_FORMS))
    return {
        "database": urlunsplit(parts._replace(query=_query(list(query.items())))),
        "schema": schema,
    }


def _query(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs)


def _bucket(name: str, prefix: str, environ: Mapping[str, str]) -> S3Store:
    """Return the bucket as the environment opens it; what it does not say is found as Amazon's tools do."""
    said: dict[str, str | None] = {
        "endpoint": environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL"),
        "region": environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION"),
        "access_key_id": environ.get("AWS_ACCESS_KEY_ID"),
        "secret_access_key": environ.get("AWS_SECRET_ACCESS_KEY"),
        "token": environ.get("AWS_SESSION_TOKEN"),
    }
    return _opened(name, prefix, tuple((key, value) for key, value in said.items() if value))


@lru_cache(8)
def _opened(name: str, prefix: str, said: tuple[tuple[str, str], ...]) -> S3Store:
    """Return one client for as long as the process lives: its connections and certificates are kept."""
    known = dict(said)
    return S3Store(
        name,
        prefix=prefix or None,
        config=cast("S3Config", known),
        client_options={
            "allow_http": known.get("endpoint", "").startswith("http://"),
            "timeout": timedelta(seconds=_UPLOAD_S),
            "connect_timeout": timedelta(seconds=10),
        },
        retry_config={"max_retries": 4, "retry_timeout": timedelta(seconds=60)},
    )
