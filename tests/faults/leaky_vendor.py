"""A vendor that leaks: secrets in its headers, its bodies, its errors and its URLs, each of them a canary.

What it says is otherwise what the fake says that it stands on, so that the work goes on to its end.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from cine_forge.wire.loopback import Asked, Line, Said
from tests.fakes.vendor import VendorServer

SIGNATURE = "sk-canary-of-a-signature"
"""It stands in the query of every result's URL, anew each time, and in every error that is scripted."""

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJ0b2tlbi1vZi1hbm90aGVyIn0.c2VhbC1vZi1hbm90aGVy"

HEADERS = {
    "set-cookie": "session=canary-of-a-cookie",
    "x-api-key": "canary-of-a-header",
    "www-authenticate": "Basic canary-of-a-realm",
    "x-next": "https://cdn.example.com/x?Signature=canary-of-a-next-page",
}
BODY = {
    "token": "canary-of-a-body",
    "signed": "https://cdn.example.com/y?X-Amz-Signature=canary-of-a-signed-body",
}
ERROR = (
    f"Bearer canary-of-a-bearer; sk-canary-of-another-key; {TOKEN}; see "
    "https://canary-of-a-user:canary-of-a-password@cdn.example.com/z?X-Goog-Credential=canary-of-a-query&x=1"
)
LEAKED = (
    SIGNATURE, TOKEN, "canary-of-a-cookie", "canary-of-a-header", "canary-of-a-realm",
    "canary-of-a-next-page", "canary-of-a-body", "canary-of-a-signed-body", "canary-of-a-bearer",
    "canary-of-another-key", "canary-of-a-user", "canary-of-a-password", "canary-of-a-query",
)  # fmt: skip


class LeakyServer(VendorServer):
    """The vendor. It repeats in every error its `keys` and what it was shown, plain and encoded.

    `said` is all that left it, so that a test can tell that a canary was really let out.
    """

    keys: tuple[str, ...] = ()

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.secret = SIGNATURE
        self.said = ""

    def _answer(self, asked: Asked) -> tuple[Said, Line]:
        said, line = super()._answer(asked)
        proof = asked.headers.get("authorization", "")
        body = said.body
        if isinstance(body, dict):
            shown = (*self.keys, proof.rpartition(" ")[2])
            body = _complained(body, shown) if said.status >= 400 else {**BODY, **body}
        told = replace(said, headers={**HEADERS, "x-echo": proof, **said.headers}, body=body)
        self.said += f"{told.status} {told.headers} {told.body if isinstance(body, dict) else ''}\n"
        return told, line


def _complained(body: dict[str, Any], shown: Iterable[str]) -> dict[str, Any]:
    repeated = "; ".join(form for key in shown for form in forms_of(key))
    return {
        name: f"{ERROR}; {repeated}; {told}" if isinstance(told, str) else told
        for name, told in {"message": "no", **body}.items()
    }


def forms_of(secret: str) -> tuple[str, ...]:
    """Return how a secret may look where it was let out: plain, for a URL, in base64."""
    coded = base64.b64encode(secret.encode()).decode().rstrip("=")
    return secret, quote(secret, safe=""), coded
