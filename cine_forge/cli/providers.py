"""`cine-forge providers`: who generates, and what is open at them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from cine_forge.cli.project import project_option


@click.group()
def providers() -> None:
    """Look at providers and at generations that are not settled."""


@providers.command(name="list")
@project_option
def list_providers(folder: Path) -> None:
    """List every provider with what it generates and through which model."""
    from cine_forge.driver.places import Places
    from cine_forge.generation.providers.provider import provider_names
    from cine_forge.generation.routing import read_routes

    routes = read_routes(Places.here().providers(folder))
    for name in provider_names():
        models = routes.strategy.providers.get(name, {})
        told = ", ".join(f"{modality} by {model}" for modality, model in sorted(models.items()))
        click.echo(f"{name:<12} {told or 'no model is routed to it'}")


@providers.command()
@project_option
def check(folder: Path) -> None:
    """Say of every provider that is configured whether it could be asked; asks nobody."""
    from cine_forge.driver.places import Places
    from cine_forge.generation.providers.provider import read_capabilities
    from cine_forge.generation.routing import read_routes

    strategy = read_routes(Places.here().providers(folder)).strategy
    for name in sorted(strategy.providers):
        capabilities, endpoint = read_capabilities(name), strategy.endpoints.get(name)
        wrong = capabilities.wrong_setting(endpoint, os.environ) if capabilities.needs_endpoint else None
        where = f" at {endpoint.base_url}" if endpoint else ""
        click.echo(f"{name:<12} {f'not ready: {wrong[1]}' if wrong else f'ready{where}'}")


@providers.command()
@click.option("--wait", "wait_s", type=click.FloatRange(0), default=0.0, help="Wait so long for what runs.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def recover(wait_s: float, as_json: bool, folder: Path) -> int:
    """Take up what is open at providers: look it up, bring it home, settle it; buys nothing.

    Exits with 0 when all has ended, 6 when something still runs or could not be asked, 5 when a person must
    say what they found, 1 when something must be mended first.
    """
    from cine_forge.driver.upkeep.recovery import recover_in
    from cine_forge.driver.upkeep.recovery_text import recovered_json, recovered_lines, recovered_status

    found = recover_in(folder, wait_s=wait_s)
    if as_json:
        click.echo(json.dumps(recovered_json(found), indent=1, ensure_ascii=False))
    else:
        for line in recovered_lines(found):
            click.echo(line)
    return recovered_status(found)


@providers.command()
@click.argument("receipt")
@click.option("--charged/--not-charged", required=True, help="What the provider's own list or bill says.")
@click.option("--as", "by", help="Who looked, by id; default: the project's first user.")
@project_option
def close(receipt: str, charged: bool, by: str | None, folder: Path) -> None:
    """End a held RECEIPT: say whether what may or may not have arrived was charged; sends nothing."""
    from cine_forge.driver.upkeep.held import close_held_in

    ended = close_held_in(folder, receipt, charged=charged, by=by)
    then = "counts as spent; the next run makes another attempt" if charged else "may be sent again"
    click.echo(f"{ended.id}  {ended.state}: {ended.error}; it {then}")
