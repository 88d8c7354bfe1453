"""Secrets: keys are cut out of everything that comes back before anybody keeps or shows it.

Servers like to repeat the key that they did not accept. What is cut out is the key itself, as it is and as
it looks encoded, and whatever has the form of a bearer's key or of a signed token.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MARK = "[key]"
"""What stands where a key stood."""

_SHORTEST = 6
_FORMS = re.compile(r"(?i)\bbearer\s+[\w.~+/=-]{6,}|\bsk-[\w*.-]{6,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}")

_QUERIES = re.compile(r"(?i)\b(https?://)(?:[^\s/?#\"'<>@]*@)?([^\s?#\"'<>]*)\?[^\s\"'<>]*")
_USERS = re.compile(r"(?i)\b(https?://)[^\s/?#\"'<>@]*@")


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Return the text without the secrets, plain, quoted for URLs or in base64, and without their like.

    URLs lose their queries, where signatures live, and whatever stands before an `@`.
    """
    bare = _USERS.sub(r"\1", _QUERIES.sub(r"\1\2", without(text, secrets)))
    return _FORMS.sub(MARK, bare)


def without(text: str, secrets: Iterable[str]) -> str:
    """Return the text without the secrets themselves and nothing else: for text that is kept as it came."""
    for secret in secrets:
        for form in _forms(secret):
            text = text.replace(form, MARK)
    return text


def said(text: str, secrets: Iterable[str], most: int = 300) -> str:
    """Return what a server said as one short line that may be shown: no secrets, no control characters."""
    line = " ".join(redacted(text, secrets).split())
    plain = "".join(sign if sign.isprintable() else "�" for sign in line)
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def _forms(secret: str) -> list[str]:
    """Return how a secret may look, the longest first; a very short one is no key."""
    if len(secret) < _SHORTEST:
        return []
    plain = {secret, quote(secret, safe=""), quote_plus(secret)}
    coded = {base64.b64encode(secret.encode()).decode(), base64.urlsafe_b64encode(secret.encode()).decode()}
    trimmed = {form.rstrip("=") for form in coded}
    return sorted(plain | coded | trimmed, key=lambda form: (-len(form), form))
