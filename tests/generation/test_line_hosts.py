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
