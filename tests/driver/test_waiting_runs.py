"""Real runs that wait: for a generation that takes too long, and for a slot that two of them share."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.fakes.kling import KEYS, KlingManner
from tests.fakes.vendor import VendorServer

ROOT = Path(__file__).parents[2]
MANIFEST = """module_id: still_v1
stage: test
description: Buys one still.
version: 1
outputs: {still: {schema: echo@1}}
params: {words: {type: string, required: true}}
determinism: external
"""
MAIN = """from cine_forge import Draft, StageResult
from cine_forge.film.requests.purchase import buy

def run_module(inputs, params, context):
    still = {"modality": "image_t2i", "entity": "shot:a", "tier": "finish", "width": 1024, "height": 576,
             "seed": 7, "prompt": params["words"]}
    bought = buy(context.dispatch, still)
    data = {"text": bought.sha256, "heard": []}
    draft = Draft(output="still", entity=context.stage_id, data=data, intent="t", rationale="t")
    return StageResult((draft,), cost_micro_usd=bought.cost_micro_usd)
"""
ADAPTER = "from cine_forge.generation.providers.kling.adapter import open_provider as open_provider\n"


def project(root: Path, words: str, base_url: str, *, patience_s: float) -> list[str]:
    """Write a project that buys a still for each word from a Kling of one slot; return its command."""
    name = f"project_{words}"
    kling = yaml.safe_load((ROOT / "cine_forge/generation/providers/kling/provider.yaml").read_text())
    told = {**kling, "name": "swift", "poll_every_s": 0.1, "poll_for_s": patience_s, "slots": 1}
    strategy = {
        "providers": {"swift": {"image_t2i": "kling-image"}},
        "primary": {"image_t2i": {"provider": "swift"}},
        "endpoints": {"swift": {"base_url": base_url}},
    }
    stages = [{"id": one, "module": "still_v1", "params": {"words": f"{name} {one}"}} for one in words]
    files = {
        f"{name}/providers/swift/provider.yaml": yaml.safe_dump(told),
        f"{name}/providers/swift/adapter.py": ADAPTER,
        f"{name}/configs/providers.yaml": json.dumps(strategy),
        f"{name}/modules/test/still_v1/module.yaml": MANIFEST,
        f"{name}/modules/test/still_v1/main.py": MAIN,
        f"{name}/recipe.yaml": json.dumps({"recipe_id": "waits", "stages": stages}),
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    command = [sys.executable, "-m", "cine_forge.driver", "--recipe", str(root / name / "recipe.yaml")]
    return [*command, "--project", str(root / name), "--modules", str(root / name / "modules"), "--json"]


def begun(root: Path, command: list[str]) -> subprocess.Popen[str]:
    """Start a driver whose state folder is the test's."""
    environment = {**os.environ, **KEYS, "XDG_STATE_HOME": str(root / "state")}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=-1, stderr=-1, text=True)


def ended(run: subprocess.Popen[str], status: int) -> dict[str, int]:
    """Wait for a driver, which must end with this status; return how its units stand."""
    told, said = run.communicate(timeout=120)
    assert run.returncode == status, f"{run.returncode}\n{told}\n{said}"
    units: dict[str, int] = json.loads(told)["units"]
    return units


@pytest.mark.row("D11")
@pytest.mark.row("D33")
def test_a_run_that_waits_too_long_is_resumable_and_two_runs_share_one_slot(tmp_path: Path) -> None:
    vendor = VendorServer(KlingManner(), pace=(0, 0, float("inf")))
    with vendor:
        hasty = project(tmp_path, "ab", vendor.base_url, patience_s=1.0)
        assert ended(begun(tmp_path, hasty), 6) == {"resumable": 2}
        assert len(vendor.jobs) == 1, "the other one waited for the slot"
        vendor.takes_s = 0.3
        runs = [
            begun(tmp_path, project(tmp_path, words, vendor.base_url, patience_s=100.0))
            for words in ("ab", "c")
        ]
        assert [ended(run, 0) for run in runs] == [{"done": 2}, {"done": 1}]
    assert len(vendor.jobs) == len(vendor.requests("submit")) == 3
    assert sorted(path.name for path in (tmp_path / "state/cine-forge/slots/swift").iterdir()) == ["1"]
