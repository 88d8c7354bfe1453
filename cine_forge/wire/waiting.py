"""Waiting: how long a server that is busy asks to be left alone, in whichever of the ways it says so.

`Retry-After` is seconds or a date (RFC 9110, 10.2.3); `retry-after-ms` and `x-ratelimit-reset-*` with
spans such as `6m0s` are OpenAI's; `x-ratelimit-reset` is seconds from now or since 1970, by server.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SPAN = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")
_SAID = re.compile(
    r"(?:resets?|again|retry|wait)\b\D{0,20}?(\d+(?:\.\d+)?)\s*(ms|milliseconds?|s|sec|seconds?|m|min|minutes?)\b",
    re.IGNORECASE,
)
_UNITS_S = (86_400.0, 3_600.0, 60.0, 1.0, 0.001)
_SINCE_1970_S = 1e9
_SINCE_1970_MS = 1e12


def asked_wait_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that the headers (names in small letters) ask for, or None when they do not say.

    `Retry-After` is meant for us and goes before limits, which may be full again long after the next request
    is welcome. Of several the longest counts. What is negative, not finite or no number is passed over.
    """
    own = headers.get("retry-after-ms")
    meant = [None if own is None else _scaled(own, 0.001), _retry_after(headers.get("retry-after"), now)]
    limits = [_reset(value, now) for name, value in headers.items() if name.startswith("x-ratelimit-reset")]
    for told in (meant, limits):
        waits = [wait for wait in told if wait is not None]
        if waits:
            return max(waits)
    return None


def said_wait_s(text: str) -> float | None:
    """Return the seconds that a sentence asks for (`Your rate limit resets in ~30s.`), or None."""
    found = _SAID.search(text[:2000])
    if found is None:
        return None
    unit = found[2].lower()
    scale = 0.001 if unit.startswith(("ms", "milli")) else 60.0 if unit.startswith("m") else 1.0
    return _scaled(found[1], scale)


def _retry_after(value: str | None, now: datetime) -> float | None:
    if value is None:
        return None
    seconds = _scaled(value, 1.0)
    if seconds is not None:
        return seconds
    try:
        when = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


def _reset(value: str, now: datetime) -> float | None:
    seconds = _scaled(value, 1.0)
    if seconds is None:
        return _span(value)
    if seconds < _SINCE_1970_S:
        return seconds
    moment = seconds / 1000 if seconds >= _SINCE_1970_MS else seconds
    return max(0.0, moment - now.timestamp())


def _scaled(value: str, unit_s: float) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number * unit_s if math.isfinite(number) and number >= 0 else None


def _span(value: str) -> float | None:
    found = _SPAN.fullmatch(value.strip())
    if found is None or not any(found.groups()):
        return None
    return sum(float(part) * unit for part, unit in zip(found.groups(), _UNITS_S, strict=True) if part)
