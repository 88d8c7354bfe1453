"""Calls as bytes, read back by others' readers, and answers that hold anything at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.generation.providers.call import Answer, Call, Part


def answer(body: bytes, status: int = 200) -> Answer:
    return Answer(status, {}, body)


def parts_of(call: Call) -> list[EmailMessage]:
    """Read a form as a mail reader does."""
    body, headers = call.encoded()
    head = f"content-type: {headers['content-type']}\r\nmime-version: 1.0\r\n\r\n".encode()
    parts: list[Any] = [*BytesParser(policy=policy.HTTP).parsebytes(head + body).iter_parts()]
    return parts


@pytest.mark.parametrize(
    ("call", "target"),
    [
        (Call("GET", "/jobs"), "/jobs"),
        (Call("GET", "/jobs", query={"a": "b c", "d": "&=/?"}), "/jobs?a=b+c&d=%26%3D%2F%3F"),
        (Call("GET", "/jobs?since=1", query={"a": "b"}), "/jobs?since=1&a=b"),
        (Call("GET", "/jobs", query={"q": "\u00e4\r\n"}), "/jobs?q=%C3%A4%0D%0A"),
    ],
)
def test_a_query_is_said_so_that_it_can_be_read_back(call: Call, target: str) -> None:
    assert call.target == target


def test_a_body_goes_out_as_json_with_its_letters() -> None:
    body, headers = Call("POST", "/x", body={"prompt": "Caf\u00e9 \u2013 nuit", "n": 0}).encoded()
    assert json.loads(body) == {"prompt": "Caf\u00e9 \u2013 nuit", "n": 0}
    assert headers == {"content-type": "application/json"}


def test_an_empty_body_is_a_body_and_none_is_none() -> None:
    assert Call("POST", "/x", body={}).encoded()[0] == b"{}"
    assert Call("GET", "/x").encoded() == (b"", {})
    assert Call("PUT", "/x", content=b"\x00\xff").encoded() == (b"\x00\xff", {})


def test_a_form_is_read_back_by_a_reader_of_mail() -> None:
    picture = Part("image", bytes(range(256)) * 3, "a.png", "image/png")
    prompt, note = parts_of(Call("POST", "/x", form=(Part("prompt", "Caf\u00e9".encode()), picture)))
    assert prompt.get_payload(decode=True) == "Caf\u00e9".encode() and prompt.get_filename() is None
    assert note.get_payload(decode=True) == bytes(range(256)) * 3
    assert (note.get_filename(), note.get_content_type()) == ("a.png", "image/png")
    assert note.get_param("name", header="content-disposition") == "image"


@given(contents=st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_a_form_is_read_back_by_a_reader_of_forms_whatever_is_in_it(contents: list[bytes]) -> None:
    formparser = pytest.importorskip("werkzeug.formparser")
    call = Call("POST", "/x", form=tuple(Part(f"p{at}", one, "f") for at, one in enumerate(contents)))
    body, headers = call.encoded()
    _, _, files = formparser.parse_form_data(
        {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": headers["content-type"],
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }
    )
    assert [files[f"p{at}"].read() for at in range(len(contents))] == contents


def test_a_name_cannot_begin_another_part() -> None:
    wicked = 'a"; x="\r\nContent-Type: text/html\r\n\r\n'
    (part,) = parts_of(Call("POST", "/x", form=(Part(wicked, b"1", wicked),)))
    assert part.get_payload(decode=True) == b"1" and "x" not in part["content-disposition"].params


def test_a_name_in_other_letters_comes_through() -> None:
    body, _ = Call("POST", "/x", form=(Part("a", b"1", "h\u00e9ros.png"),)).encoded()
    assert 'filename="h\u00e9ros.png"'.encode() in body


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"\xff\xfe", b"{", b"[" * 200_000, b'{"a": ' * 50_000, b"1" * 5000]
)
def test_what_is_no_json_is_nothing(body: bytes) -> None:
    assert answer(body).data is None and answer(body).at("a", 0) is None


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (("data", "urls", 0), "u"),
        (("data", "urls", -1), "v"),
        (("data", "urls", 2), None),
        (("data", "urls", -3), None),
        (("data", "urls", "0"), None),
        (("data", 0), None),
        (("data", "none", "deeper"), None),
        (("n",), 0),
        (("no",), None),
        ((), {"data": {"urls": ["u", "v"], "none": None, "empty": ""}, "n": 0}),
    ],
)
def test_what_lies_at_a_path_is_found_or_is_nothing(path: tuple[str | int, ...], found: Any) -> None:
    body = b'{"data": {"urls": ["u", "v"], "none": null, "empty": ""}, "n": 0}'
    assert answer(body).at(*path) == found


def test_only_words_are_text() -> None:
    told = answer(b'{"a": "x", "b": "", "c": 3, "d": null}')
    assert [told.text_at(name) for name in "abcd"] == ["x", None, None, None]


@pytest.mark.parametrize(
    ("status", "good"), [(199, False), (200, True), (204, True), (299, True), (300, False)]
)
def test_good_is_what_begins_with_two(status: int, good: bool) -> None:
    assert answer(b"", status).is_good is good


@pytest.mark.parametrize(
    ("date", "ends"),
    [
        ("Sat, 21 Nov 2026 12:00:00 GMT", datetime(2026, 11, 21, 13, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 12:00:00 -0000", datetime(2026, 11, 21, 13, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 12:00:00 +0100", datetime(2026, 11, 21, 12, tzinfo=UTC)),
        ("soon", datetime.min.replace(tzinfo=UTC)),
        ("", datetime.min.replace(tzinfo=UTC)),
    ],
)
def test_a_term_is_counted_from_the_servers_own_date_however_it_is_written(date: str, ends: datetime) -> None:
    assert Answer(200, {"date": date}, b"").ends_at(3600) == ends
