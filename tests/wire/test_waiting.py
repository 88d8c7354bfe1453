"""Every way in which a busy server says when to come back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cine_forge.wire.waiting import asked_wait_s, said_wait_s

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "0"}, 0),
        ({"retry-after": "5"}, 5),
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after": "86400"}, 86_400),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Thu, 01 Jan 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "Thu, 01 Jan 2026 14:00:30 +0200"}, 30),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "1", "retry-after-ms": "2500"}, 2.5),
        ({"retry-after": "2", "x-ratelimit-reset-tokens": "6m0s"}, 2),
        ({"retry-after": "soon", "x-ratelimit-reset-tokens": "20ms"}, 0.02),
        ({"x-ratelimit-reset": "7"}, 7),
        ({"x-ratelimit-reset": str(int(NOON.timestamp()) + 9)}, 9),
        ({"x-ratelimit-reset": str((int(NOON.timestamp()) + 9) * 1000)}, 9),
        ({"x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "6m0s"}, 360),
        ({"x-ratelimit-reset-tokens": "20ms"}, 0.02),
        ({"x-ratelimit-reset-tokens": "1h2m3s"}, 3723),
        ({"x-ratelimit-reset-tokens": "1d"}, 86_400),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "Thu, 99 Foo 9999 99:99:99 GMT"}, None),
        ({"x-ratelimit-reset-tokens": ""}, None),
        ({}, None),
    ],
)
def test_a_wait_is_read_in_whichever_form_it_comes(headers: dict[str, str], seconds: float | None) -> None:
    found = asked_wait_s(headers, NOON)
    assert found == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ('{"detail":"Request was throttled. Your rate limit resets in ~30s."}', 30),
        ("Rate limit reached. Please try again in 6.5s. Visit the docs.", 6.5),
        ("please retry after 20 seconds", 20),
        ("Try again in 250ms", 0.25),
        ("wait 2 minutes and try once more", 120),
        ("too many requests: 429", None),
        ("try again later; your plan has 5 slots", None),
        ("try again in 12 hours", None),
        ("retry " + "9" * 400 + "s", None),
        ("", None),
    ],
)
def test_a_wait_is_read_in_a_sentence_too(text: str, seconds: float | None) -> None:
    found = said_wait_s(text)
    assert found == (None if seconds is None else pytest.approx(seconds))
