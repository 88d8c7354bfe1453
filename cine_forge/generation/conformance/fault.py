"""Faults: what a vendor can do wrong, by name and as data, so that one kit strikes every vendor with all.

A fault says where it strikes and what happens there. Each was seen at a real vendor or in a real client's
source, or is what a network between can do.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Literal

from cine_forge.wire.loopback import Line

Place = Literal["submit", "poll", "result", "list", "cancel", "upload", "download", "check"]
"""What a request is for. `result` is a second question after the poll, where a vendor has one; `check` is
what is asked, at no cost, before something is bought."""

Word = Literal["waiting", "running", "done", "failed", "declined", "cancelled", "unknown", "empty", "none"]
"""How a job is told. `unknown` is a word nobody knows; `empty` is done with no result in the list, `none` is
done with null where the result stands; `declined` is kept back by a filter."""

_BROKEN: tuple[Line, ...] = ("drop", "cut", "late")
_LATER = "https://cdn.example.com/elsewhere.bin"
_PAGE = b"<!doctype html><title>502</title><h1>Bad gateway</h1>"


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong. `times` None is for ever; `after` so many requests are untouched first.

    `takes` says of a submit whether the vendor makes and charges what was asked all the same. Without `body`
    the status is said in the vendor's own words. `seen_after_s` is by the fake's clock, `price` a factor.
    `lies_at` is where results are said to lie.
    """

    name: str
    place: Place
    takes: bool = True
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    line: Line = "whole"
    word: Word | None = None
    times: int | None = 1
    after: int = 0
    seen_after_s: float = 0.0
    price: int = 1
    same_id: bool = False
    same_content: bool = False
    ends_url: bool = False
    lies_at: str | None = None


def _submits() -> Iterable[Fault]:
    for line in (
        "late",
        "drop",
        "reset_after",
        "cut",
        "cut_chunk",
        "noise",
        "drip",
        "huge",
        "heads",
        "restart",
    ):
        yield Fault(f"accept-then-{line.replace('_', '-')}", "submit", line=line)
    yield Fault("reset-before-body", "submit", takes=False, line="reset_before")
    yield Fault("reset-after-body", "submit", takes=False, line="reset_after")
    for status in (400, 401, 402, 403, 404, 405, 413, 415, 422, 429, 451, 503):
        yield Fault(f"submit-{status}", "submit", takes=False, status=status)
    for status in (408, 409, 500, 502, 504, 520, 524, 529):
        yield Fault(f"submit-{status}-not-taken", "submit", takes=False, status=status)
        yield Fault(f"submit-{status}-taken", "submit", status=status)
    for name, value in _WAITS.items():
        headers = {"retry-after": value}
        yield Fault(f"submit-429-{name}", "submit", takes=False, status=429, headers=headers)
    reset = b'{"detail":"Request was throttled. Your rate limit resets in ~30s."}'
    yield Fault("submit-429-in-words", "submit", takes=False, status=429, body=reset)
    yield Fault("submit-429-always", "submit", takes=False, status=429, times=None)
    yield Fault("submit-200-html", "submit", body=_PAGE, status=200, headers={"content-type": "text/html"})
    yield Fault("submit-200-empty", "submit", body=b"", status=200)
    yield Fault("submit-200-other-json", "submit", body=b'{"ok":true}', status=200)
    for name, body in (("null", b"null"), ("list", b"[]"), ("torn-json", b'{"id": "job-')):
        yield Fault(f"submit-200-{name}", "submit", body=body, status=200)
    away = {"location": _LATER}
    yield Fault("submit-redirect", "submit", takes=False, status=307, headers=away, body=b"")
    yield Fault("submit-moved", "submit", takes=False, status=301, headers=away, body=b"")
    yield Fault("seen-late", "submit", line="drop", seen_after_s=5.0)
    yield Fault("price-other-than-quoted", "submit", price=3)
    yield Fault("same-id-twice", "submit", same_id=True, after=1)
    yield Fault("cached-identical-output", "submit", same_content=True, after=1)


def _polls() -> Iterable[Fault]:
    yield Fault("poll-404-right-after-submit", "poll", status=404, times=2)
    yield Fault("poll-404-for-ever", "poll", status=404, times=None)
    for status in (401, 408, 429, 500, 502, 503, 504):
        yield Fault(f"poll-{status}", "poll", status=status, times=2)
    yield Fault("poll-429-wait-day", "poll", status=429, headers={"retry-after": "86400"})
    for line in ("reset_before", "reset_after", "drop", "late", "cut", "noise", "drip", "huge", "restart"):
        yield Fault(f"poll-{line.replace('_', '-')}", "poll", line=line)
    yield Fault("poll-200-html", "poll", status=200, body=_PAGE, headers={"content-type": "text/html"})
    yield Fault("poll-200-null", "poll", status=200, body=b"null")
    packed = {"content-encoding": "gzip", "content-type": "application/json"}
    yield Fault("poll-gzip-bomb", "poll", status=200, body=gzip.compress(b"0" * 8_000_000), headers=packed)
    yield Fault("unknown-status-word", "poll", word="unknown", times=2)
    yield Fault("unknown-status-for-ever", "poll", word="unknown", times=None)
    yield Fault("progress-backwards", "poll", word="waiting", times=2, after=1)
    yield Fault("stuck-running", "poll", word="running", times=None)
    yield Fault("failed", "poll", word="failed", times=None)
    yield Fault("declined", "poll", word="declined", times=None)
    yield Fault("cancelled-by-vendor", "poll", word="cancelled", times=None)
    yield Fault("zero-samples", "poll", word="empty", times=None)
    yield Fault("null-output", "poll", word="none", times=None)


def _results() -> Iterable[Fault]:
    for name, place in _AWAY.items():
        yield Fault(f"result-lies-at-{name}", "poll", lies_at=place, times=None)
    for status in (404, 422, 500, 504):
        yield Fault(f"result-{status}", "result", status=status, times=None)
    yield Fault("result-drop", "result", line="drop")
    yield Fault("result-200-html", "result", status=200, body=_PAGE)


def _downloads() -> Iterable[Fault]:
    for status in (403, 404, 410):
        yield Fault(f"download-{status}-then-fresh", "download", status=status, ends_url=True)
        yield Fault(f"download-{status}-for-ever", "download", status=status, times=None)
    for status in (429, 500, 503):
        yield Fault(f"download-{status}", "download", status=status)
    for line in ("reset_after", "drop", "cut", "cut_chunk", "drip", "huge", "late", "restart"):
        yield Fault(f"download-{line.replace('_', '-')}", "download", line=line)
    yield Fault("download-html", "download", status=200, body=_PAGE, headers={"content-type": "text/html"})
    yield Fault("download-wrong-type", "download", headers={"content-type": "text/plain"})
    yield Fault("download-zero-bytes", "download", status=200, body=b"")
    yield Fault("download-noise", "download", status=200, body=b"\x00\xff" * 600)
    for name, place in _AWAY.items():
        headers = {"location": place}
        yield Fault(
            f"download-redirect-{name}", "download", status=302, headers=headers, body=b"", times=None
        )


def _others() -> Iterable[Fault]:
    for status in (404, 429, 500, 503):
        yield Fault(f"list-{status}", "list", status=status)
    for line in _BROKEN:
        yield Fault(f"list-{line}", "list", line=line)
    yield Fault("list-200-html", "list", status=200, body=_PAGE)
    yield Fault("list-200-null", "list", status=200, body=b"null")
    yield Fault("list-200-other-json", "list", status=200, body=b'{"ok":true}')
    for status in (401, 413, 429, 500):
        yield Fault(f"upload-{status}", "upload", status=status)
    yield Fault("upload-drop", "upload", line="drop")
    yield Fault("upload-late", "upload", line="late")
    yield Fault("upload-200-html", "upload", status=200, body=_PAGE)
    for status in (401, 404, 429, 500, 503):
        yield Fault(f"check-{status}", "check", status=status)
    for line in _BROKEN:
        yield Fault(f"check-{line}", "check", line=line)
    for name, body in (("html", _PAGE), ("null", b"null"), ("other-json", b'{"ok":true}')):
        yield Fault(f"check-200-{name}", "check", status=200, body=body)
    yield Fault("cancel-400", "cancel", status=400)
    yield Fault("cancel-drop", "cancel", line="drop")


_WAITS = {
    "now": "0",
    "5-s": "5",
    "a-day": "86400",
    "a-date": formatdate(0, usegmt=True),
    "nonsense": "soon",
    "negative": "-3",
    "half": "0.5",
}
"""Every way of `Retry-After` (RFC 9110, 10.2.3), and ways that are none."""

_AWAY = {
    "other-host": _LATER,
    "this-machine": "http://127.0.0.1:9/secret",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "loopback-6": "http://[::1]:9/",
    "any": "http://0.0.0.0:9/",
    "decimal": "http://2130706433/",
    "octal": "http://0177.0.0.1/",
    "file": "file:///etc/passwd",
    "named": "https://user:word@cdn.example.com/",
    "nowhere": "/\\nowhere",
}

FAULTS: Mapping[str, Fault] = {
    fault.name: fault for fault in (*_submits(), *_polls(), *_results(), *_downloads(), *_others())
}
"""All of them, by name."""
