"""Prices of today are told against the profiles by one command, and nothing is changed by it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cine_forge.driver.money.price_check import check_lines, price_checks
from tests.driver.stand import told_by
from tests.fakes import fal
from tests.fakes.vendor import VendorServer

PRICES = {
    "fal-ai/nano-banana-pro": (0.15, "images"),
    "fal-ai/nano-banana-pro/edit": (0.19, "images"),
}


def project(folder: Path, vendor: VendorServer, *names: str) -> Path:
    (folder / "configs").mkdir()
    models = {"fal": {"image_t2i": "fal-nano-banana-pro"}, "kling": {"image_t2i": "kling-image"}}
    strategy = {
        "providers": {name: models[name] for name in names},
        "primary": {"image_t2i": {"provider": names[0]}},
        "endpoints": {name: {"base_url": vendor.base_url} for name in names},
    }
    (folder / "configs" / "providers.yaml").write_text(json.dumps(strategy))
    return folder


def test_what_differs_is_marked_and_says_where_it_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAL_KEY", fal.KEY)
    with VendorServer(fal.FalManner(PRICES)) as vendor:
        folder = project(tmp_path, vendor, "fal", "kling")
        before = sorted(path for path in folder.rglob("*"))
        told = told_by(["providers", "check", "--prices"], folder)
        as_json = told_by(["providers", "check", "--prices", "--json"], folder)
    as_written, differs, mend = told.out.splitlines()
    assert told.status == 0 and fal.KEY not in told.out + as_json.out
    assert as_written.startswith("as written  fal-nano-banana-pro  fal-ai/nano-banana-pro: 0.15 USD each")
    assert differs.startswith("DIFFERS     fal-nano-banana-pro  fal-ai/nano-banana-pro/edit: 0.19 USD each")
    assert mend.endswith("mend `price` in configs/models/, with its date")
    (only,) = as_json.json()["providers"]
    assert (only["provider"], [one["agrees"] for one in only["offers"]]) == ("fal", [True, False])
    assert sorted(path for path in folder.rglob("*")) == before


def test_who_lacks_a_key_is_not_asked_and_who_does_not_answer_says_so(tmp_path: Path) -> None:
    with VendorServer(fal.FalManner(PRICES)) as vendor:
        folder = project(tmp_path, vendor, "fal")
        assert [*check_lines(tuple(price_checks(folder, {})))] == [
            "no vendor that is configured here, with its key, tells its prices"
        ]
        (wrong,) = price_checks(folder, {"FAL_KEY": "another-key-of-a-test"})
        assert len(vendor.asked) == 1
    assert wrong.offers == () and "did not tell its prices" in (wrong.wrong or "")
