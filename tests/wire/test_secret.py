"""No secret comes back in what a server says."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from cine_forge.wire.secret import MARK, redacted, said, without

KEY = "canary/key+0123456789=="


@pytest.mark.parametrize("form", [KEY, quote(KEY, safe=""), base64.b64encode(KEY.encode()).decode(),
                                  base64.b64encode(KEY.encode()).decode().rstrip("=")])  # fmt: skip
def test_a_secret_is_cut_out_in_whichever_form_it_comes(form: str) -> None:
    assert redacted(f"bad key: {form}!", [KEY]) == f"bad key: {MARK}!"
    assert without(f"a {form} b", [KEY]) == f"a {MARK} b"


def test_what_looks_like_a_key_is_cut_out_of_what_is_shown() -> None:
    assert redacted("Incorrect API key: sk-proj-ab12***cd. Bearer abcdefgh123", []) == (
        f"Incorrect API key: {MARK} {MARK}"
    )


def test_a_signed_token_is_cut_out_wherever_it_stands() -> None:
    token = f"eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJhIn0{'x' * 20}.{'s-_' * 10}"
    assert redacted(f'{{"got":"{token}"}}', []) == f'{{"got":"{MARK}"}}'
    assert redacted("eyJ.is.short", []) == "eyJ.is.short"


def test_what_a_server_says_becomes_one_short_plain_line() -> None:
    told = said("no\r\n\x1b[31m way " + "x" * 1000, [], most=40)
    assert told.startswith("no �[31m way xxx") and len(told) == 40 and told.endswith("…")


def test_a_word_too_short_to_be_a_key_cuts_nothing() -> None:
    assert redacted("a cat", ["a", ""]) == "a cat"


@pytest.mark.parametrize("told", ["https://a.example/x.png?sig=canary&x=1", "https://ann:canary@a.example/x.png",
                                  "https://ann:canary@a.example/x.png?sig=canary"])  # fmt: skip
def test_a_url_in_what_a_server_says_loses_its_query_and_whose_it_is(told: str) -> None:
    assert redacted(f"cannot read <{told}>, sorry", []) == "cannot read <https://a.example/x.png>, sorry"
