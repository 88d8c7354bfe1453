"""Tokens: how Kling is shown who asks, a JSON Web Token that two keys sign for half an hour.

It is made anew for each request from the time that it is given, so a long run never shows one that ended
(Kling API reference, API authentication: HS256; `exp` in 1800 s, `nbf` 5 s ago).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

_LASTS_S = 1800
_BEFORE_S = 5


def signed_token(access_key: str, secret_key: str, now: datetime) -> str:
    """Return a token that names the access key and is signed with the secret one."""
    moment = int(now.timestamp())
    head = {"alg": "HS256", "typ": "JWT"}
    claims = {"iss": access_key, "exp": moment + _LASTS_S, "nbf": moment - _BEFORE_S}
    told = f"{_part(head)}.{_part(claims)}"
    seal = hmac.new(secret_key.encode(), told.encode(), hashlib.sha256).digest()
    return f"{told}.{_plain(seal)}"


def _part(value: Mapping[str, Any]) -> str:
    return _plain(json.dumps(value, separators=(",", ":")).encode())


def _plain(content: bytes) -> str:
    """Return base64 for URLs without the signs that only fill up (RFC 7515)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
