"""The page says how a model is configured; what it shows can be read as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from cine_forge.generation.profiles import read_profiles
from cine_forge.generation.providers.capabilities import read_capabilities
from cine_forge.generation.providers.endpoint import Endpoint
from cine_forge.generation.routing import read_routes

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "script.md").read_text(encoding="utf-8").partition("## Asking a model")[2]
BLOCKS = dict(re.findall(r"```yaml\n# (configs/\S+?\.yaml)[^\n]*\n(.*?)```", PAGE, re.DOTALL))


@pytest.fixture
def configs(tmp_path: Path) -> Path:
    """Write the page's files, the strategy over the one that ships."""
    own: dict[str, Any] = yaml.safe_load(BLOCKS["configs/providers.yaml"])
    whole: dict[str, Any] = yaml.safe_load((ROOT / "configs" / "providers.yaml").read_text())
    for key, value in own.items():
        whole[key] = {**(whole.get(key) or {}), **value}
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "my-model.yaml").write_text(BLOCKS["configs/models/my-model.yaml"])
    (tmp_path / "providers.yaml").write_text(yaml.safe_dump(whole))
    return tmp_path


@pytest.mark.row("G20")
def test_the_files_of_the_page_can_be_read_and_lead_to_each_other(configs: Path) -> None:
    profile = read_profiles([configs / "models"])["my-model"]
    strategy = read_routes(configs / "providers.yaml").strategy
    assert strategy.providers["openai_chat"] == {"text_author": "my-model"}
    assert profile.most_output_tokens == 16_000
    host = strategy.endpoints["openai_chat"].destination.host
    assert host in read_capabilities("openai_chat").hosts


def test_every_key_of_an_endpoint_has_its_row() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    assert rows == set(Endpoint.model_fields)


def test_the_example_in_the_strategy_file_that_ships_is_a_whole_endpoint() -> None:
    text = (ROOT / "configs" / "providers.yaml").read_text(encoding="utf-8")
    example = re.search(r"^# endpoints:\n((?:#.*\n)+?)#\n", text, re.MULTILINE)
    assert example is not None
    told = yaml.safe_load("\n".join(line[2:] for line in example[1].splitlines()))
    asked = set(Endpoint.model_fields) - {"sites"}  # a vendor's further addresses, which this one has not
    assert set(Endpoint.model_validate(told["openai_chat"]).model_fields_set) == asked
