"""`cine-forge providers` and `cine-forge ledger`: who generates, what is open, what was spent."""

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
@project_option
def recover(folder: Path) -> None:
    """List generations that are not settled, and what the next run does about each; sends nothing."""
    from cine_forge.driver.upkeep.identity import original_of
    from cine_forge.generation.account import read_account
    from cine_forge.generation.receipt import State

    found, is_copy = read_account(folder).unsettled, original_of(folder) is not None
    for receipt in found:
        held = receipt.state in (State.SUBMITTING, State.SUBMIT_UNKNOWN)
        sought = "is looked for by our own id; a person may end it with `cine-forge providers close`"
        what = sought if held else "is taken up where it stopped"
        what = "is its original's, until `cine-forge project adopt`" if is_copy else what
        click.echo(f"{receipt.id}  {receipt.state}  {receipt.provider}  {receipt.entity}: {what}")
    if not found:
        click.echo("every generation is settled")


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


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def ledger(as_json: bool, folder: Path) -> None:
    """Show what was spent and what is reserved."""
    from cine_forge.generation.account import read_account

    account = read_account(folder)
    spent, reserved = account.spent / 1_000_000, account.reserved / 1_000_000
    if as_json:
        found = {"schema": "ledger/1", "spent_usd": spent, "reserved_usd": reserved}
        click.echo(json.dumps({**found, "receipts": account.receipts}, indent=1))
        return
    click.echo(f"spent ${spent:.2f}, reserved ${reserved:.2f}, {account.receipts} receipts")
