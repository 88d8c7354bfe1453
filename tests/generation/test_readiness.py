"""Readiness: what is missing is said before anything is spent, for every provider that ships."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.generation.providers.capabilities import provider_names, read_capabilities
from cine_forge.generation.readiness import unready, unwired
from cine_forge.generation.routing import Routes, Strategy

PRIMARY = {"image_t2i": {"provider": "local"}}


def routes(override: str | None = None, **more: object) -> Routes:
    plain = {"providers": {"local": {"image_t2i": "local-still"}}, "primary": PRIMARY, **more}
    return Routes(Strategy.model_validate(plain), override)


@pytest.mark.row("D18")
@pytest.mark.parametrize("name", provider_names())
def test_each_provider_without_its_keys_is_told_by_the_names_of_the_variables(name: str) -> None:
    able = read_capabilities(name)
    found = unready(name, routes(), {})
    assert (found is None) == (not able.needs_endpoint and not (able.base_url and able.secrets))
    if found is not None:
        assert found.code == "CF-G078" and found.hint and "--provider" in found.hint
        assert able.needs_endpoint or all(variable in found.what for variable in able.secrets)


@pytest.mark.parametrize("name", [name for name in provider_names() if read_capabilities(name).secrets])
def test_each_provider_with_its_keys_is_ready_unless_it_wants_an_endpoint(name: str) -> None:
    able = read_capabilities(name)
    keys = dict.fromkeys(able.secrets, "key-of-a-test")
    assert able.needs_endpoint or unready(name, routes(), keys) is None


def test_a_host_that_nobody_allowed_is_told_and_one_that_the_person_allowed_is_not() -> None:
    name = next(one for one in provider_names() if read_capabilities(one).base_url)
    keys = dict.fromkeys(read_capabilities(name).secrets, "key-of-a-test")
    elsewhere = routes(endpoints={name: {"base_url": "https://proxy.example/v1"}})
    found = unready(name, elsewhere, keys)
    assert found is not None and "CINE_FORGE_HOSTS=proxy.example" in found.what
    assert unready(name, elsewhere, {**keys, "CINE_FORGE_HOSTS": "proxy.example"}) is None


@pytest.mark.row("D17")
def test_a_fallback_that_is_only_declared_is_flagged_with_what_to_write() -> None:
    wish = {"image_t2i": {"provider": "local", "declared_fallback": "fal"}}
    found = unwired("image_t2i", routes(primary=wish))
    assert found is not None and "declared and would not be sent" in found.what
    assert "`fallback: fal`" in found.hint
    both = {"image_t2i": {**wish["image_t2i"], "fallback": "fal"}}
    assert unwired("image_t2i", routes(primary=both)) is None
    assert unwired("image_t2i", routes("local", primary=wish)) is None, "who overrides gets no other"
    assert unwired("image_t2i", routes()) is unwired("video_i2v", routes()) is unwired("?", routes()) is None


def test_the_shipped_strategy_needs_nothing() -> None:
    from cine_forge.generation.routing import read_routes

    shipped = read_routes(Path(__file__).parents[2] / "configs" / "providers.yaml")
    names = {primary.provider for primary in shipped.strategy.primary.values()}
    assert names and all(unready(name, shipped, {}) is None for name in names)
