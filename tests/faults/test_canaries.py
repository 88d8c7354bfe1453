"""Twenty secrets in the environment, headers, bodies, errors and URLs: none of them in any byte written."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from cine_forge.kernel.ground.hashing import digest_of_file
from tests.driver.shop import KEYS, Shop, new_shop
from tests.fakes import fal, kling
from tests.fakes.fault import Fault
from tests.faults.leaky_vendor import LEAKED, LeakyServer, forms_of
from tests.generation.support import png

UNRELATED = {
    "OPENAI_API_KEY": "sk-canary-of-the-environment",
    "AWS_SECRET_ACCESS_KEY": "canary-of-a-cloud-account",
    "REPLICATE_API_TOKEN": "r8_canary_of_an_account",
}
OWN = (kling.ACCESS, kling.SECRET, fal.KEY, "cdn-canary-token")
CANARIES = (*OWN, *UNRELATED.values(), *LEAKED)

FAILURES = {
    "kling": (
        Fault("key", "submit", takes=False, status=401), Fault("busy", "submit", takes=False, status=429),
        Fault("broken", "submit", status=500), Fault("poll", "poll", status=500, times=2),
        Fault("link", "download", status=403, ends_url=True), Fault("cut", "download", line="cut"),
        Fault("model", "poll", word="failed", after=3),
    ),
    "fal": (
        Fault("key", "submit", takes=False, status=401), Fault("upload", "upload", status=500),
        Fault("poll", "poll", status=500), Fault("result", "result", status=404),
        Fault("link", "download", status=403, ends_url=True), Fault("model", "poll", word="failed", after=2),
    ),
}  # fmt: skip

COMMANDS = (
    ("run",), ("run", "--new-run", "--rebuy"), ("run", "--new-run"), ("providers", "recover"),
    ("providers", "recover", "--json"), ("providers", "list"), ("providers", "check"), ("ledger", "--json"),
    ("status", "--json"), ("runs", "show"),
)  # fmt: skip


def worked(shop: Shop) -> str:
    """Let everything go wrong that can, and return all that was printed."""
    modules = str(shop.root / "modules")
    printed = ""
    for words in COMMANDS:
        more = [str(shop.root / "recipe.yaml"), "--modules", modules, "--debug"] if words[0] == "run" else []
        told = shop.cli(*words[:1], *more, *words[1:])
        printed += f"{words} {told.status}\n{told.out}{told.err}"
    report = shop.project / "report.html"
    printed += (told := shop.cli("runs", "report", "--html", str(report))).out + told.err
    assert report.is_file(), printed
    return printed


def written(folder: Path) -> dict[str, bytes]:
    """Return every byte below a folder, by place."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def leaks(places: dict[str, bytes]) -> list[str]:
    """Return which canary is found where, in any of its forms."""
    return [
        f"{canary} in {place}"
        for place, content in places.items()
        for canary in CANARIES
        if any(form.encode() in content for form in forms_of(canary))
    ]


def leaky_shop(root: Path, name: str, patch: pytest.MonkeyPatch) -> tuple[Shop, LeakyServer]:
    """Make a shop whose vendor leaks, with references that are uploaded and faults all over."""
    patch.setattr("tests.driver.shop.VendorServer", LeakyServer)
    shop = new_shop(root, name, *FAILURES[name], patch=patch)
    vendor = shop.vendor
    assert isinstance(vendor, LeakyServer)
    vendor.keys = OWN[2:3] if name == "fal" else OWN[:2]
    for variable, value in {**KEYS, **UNRELATED}.items():
        patch.setenv(variable, value)
    (shop.project / "sheet.png").write_bytes(png(8, 8))
    sheet = {"entity": "character:ann", "role": "identity", "path": "sheet.png"}
    sheet["sha256"] = digest_of_file(shop.project / "sheet.png")
    shop.module.write_text(
        shop.module.read_text().replace('"seed": 7}', f'"seed": 7, "identity_refs": [{json.dumps(sheet)}]}}')
    )
    return shop, vendor


@pytest.mark.row("H10")
@pytest.mark.parametrize("name", ["kling", "fal"])
def test_no_canary_is_found_in_any_byte_written_or_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    caplog.set_level(logging.DEBUG)
    shop, vendor = leaky_shop(tmp_path, name, monkeypatch)
    with vendor:
        printed = worked(shop)
    assert leaks({**written(tmp_path), "printed": printed.encode(), "logged": caplog.text.encode()}) == []
    let_out = [canary for canary in LEAKED if canary in vendor.said]
    assert set(let_out) == set(LEAKED), "the vendor did not leak: this test proves nothing"
    assert len(vendor.jobs) >= 3, printed
    assert any(one.output for one in shop.receipts())
    assert any(one.error for one in shop.receipts()) or "[key]" in printed


def test_there_are_twenty_canaries_and_one_that_is_written_is_found(tmp_path: Path) -> None:
    assert len(set(CANARIES)) >= 20
    (tmp_path / "a").write_bytes(b"x" + forms_of(fal.KEY)[2].encode())
    assert leaks(written(tmp_path)) == [f"{fal.KEY} in {tmp_path / 'a'}"]
