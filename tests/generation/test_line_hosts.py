"""A project's file may say where a vendor is reached, and no key goes where nobody allows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.generation.providers.call import Call
from cine_forge.generation.providers.capabilities import read_capabilities
from cine_forge.generation.providers.endpoint import Endpoint
from cine_forge.generation.providers.kling.adapter import Kling
from cine_forge.generation.providers.line import Line
from cine_forge.generation.providers.opening import Opening
from cine_forge.wire.client import Broken

ELSEWHERE = "https://kling.invalid"


def line(folder: Path, base_url: str, **environment: str) -> Line:
    able = read_capabilities("kling")
    keys = {"KLING_ACCESS_KEY": "access-key", "KLING_SECRET_KEY": "secret-key"}
    ends = {"kling": Endpoint(base_url=base_url)}
    return Line(Opening(folder, keys | environment, endpoints=ends), able, Kling())


@pytest.mark.row("D14")
def test_a_strange_host_is_not_asked_before_a_person_allows_it(tmp_path: Path) -> None:
    with pytest.raises(Broken, match=r"CINE_FORGE_HOSTS=kling\.invalid"):
        line(tmp_path, ELSEWHERE).send(Call("GET", "v1/videos/text2video"))


@pytest.mark.parametrize(("base_url", "allowed"),
                         [("https://api.klingai.com", ""), (ELSEWHERE, "kling.invalid")])  # fmt: skip
def test_a_declared_host_and_one_that_a_person_allows_are_asked(
    base_url: str, allowed: str, tmp_path: Path
) -> None:
    place = line(tmp_path, base_url, CINE_FORGE_HOSTS=allowed)._place(Call("GET", "v1/x"))
    assert (f"https://{place[0].host}", place[1]) == (base_url, "v1/x")


SIGNED = "https://uploads.example.com/bucket/a?X-Signature=canary-5e1f"


def uploader(folder: Path) -> Line:
    able = read_capabilities("kling").model_copy(update={"upload_hosts": ("*.example.com",)})
    keys = {"KLING_ACCESS_KEY": "access-key", "KLING_SECRET_KEY": "secret-key"}
    return Line(Opening(folder, keys), able, Kling())


@pytest.mark.row("D14")
def test_only_what_bears_no_key_goes_to_a_host_of_uploads(tmp_path: Path) -> None:
    ours = uploader(tmp_path)
    to, target = ours._place(Call("PUT", SIGNED, keyless=True))
    assert (to.host, target) == ("uploads.example.com", "/bucket/a?X-Signature=canary-5e1f")
    with pytest.raises(Broken, match="no host of `kling`"):
        ours._place(Call("PUT", SIGNED))


@pytest.mark.row("H8")
@pytest.mark.parametrize("url", [
    "https://example.com/a", "https://uploads.example.com.evil.net/a", "http://uploads.example.com/a",
    "https://127.0.0.1/a", "http://127.0.0.1:9/a", "https://169.254.169.254/a", "https://[::1/a",
    "https://me:word@uploads.example.com/a", "file:///etc/passwd",
])  # fmt: skip
def test_an_upload_goes_nowhere_else_whatever_a_vendor_says(url: str, tmp_path: Path) -> None:
    with pytest.raises(Broken, match="no host of"):
        uploader(tmp_path).send(Call("PUT", url, content=b"x", keyless=True))
