"""`cine-forge artifacts`: what is kept, version by version."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cine_forge.cli.integrity import rebuild, verify
from cine_forge.cli.project import project_option


@click.group()
def artifacts() -> None:
    """List, show, compare and verify what is kept."""


@artifacts.command(name="list")
@click.argument("artifact_type", required=False)
@project_option
def list_artifacts(artifact_type: str | None, folder: Path) -> None:
    """List the current version of everything, or of one type."""
    from cine_forge.driver.wiring import open_store

    store = open_store(folder)
    for one in [artifact_type] if artifact_type else store.types():
        for entity in store.entities(one):
            held = store.current(one, entity)
            if held:
                click.echo(str(held.ref))


@artifacts.command()
@click.argument("ref")
@project_option
def show(ref: str, folder: Path) -> None:
    """Print one version with its envelope."""
    from cine_forge.driver.wiring import open_store
    from cine_forge.kernel.artifacts.refs import Ref

    envelope = open_store(folder).load(Ref.parse(ref))
    click.echo(json.dumps(envelope.model_dump(mode="json"), indent=1, ensure_ascii=False))


@artifacts.command()
@click.argument("artifact_type")
@click.argument("entity")
@project_option
def versions(artifact_type: str, entity: str, folder: Path) -> None:
    """List every version of one entity's artifact, oldest first."""
    from cine_forge.driver.wiring import open_store

    for ref in open_store(folder).versions(artifact_type, entity):
        click.echo(str(ref))


@artifacts.command()
@click.argument("before")
@click.argument("after")
@project_option
def diff(before: str, after: str, folder: Path) -> None:
    """Print the fields that differ between two versions."""
    from cine_forge.driver.wiring import open_store
    from cine_forge.kernel.artifacts.diff import diff_data
    from cine_forge.kernel.artifacts.refs import Ref
    from cine_forge.kernel.planning.explain import describe

    store = open_store(folder)
    old, new = store.load(Ref.parse(before)), store.load(Ref.parse(after))
    for change in diff_data(old.data, new.data):
        click.echo(describe(change, old.parsed_ref.type, new.data, None))


@artifacts.command()
@click.argument("ref")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--note", default="", help="Why.")
@click.option("--as", "by", help="Who edits, by id; default: the project's first user.")
@project_option
def edit(ref: str, file: Path, note: str, by: str | None, folder: Path) -> None:
    """Keep the JSON data in FILE as the next version of REF, by a person."""
    from cine_forge.driver.decide import keep_edit

    click.echo(keep_edit(folder, ref, file, by=by, note=note))


def _statement(kind: str, sentence: str) -> click.Command:
    @click.command(name=kind, help=sentence)
    @click.argument("ref")
    @click.option("--note", default="", help="Why.")
    @click.option("--hard", is_flag=True, help="With lock: no module and no person may replace it.")
    @click.option("--as", "by", help="Who decides, by id; default: the project's first user.")
    @project_option
    def state(ref: str, note: str, hard: bool, by: str | None, folder: Path) -> None:
        from cine_forge.driver.decide import Decided, record_decision

        decided = Decided(kind, note, {"hard": True} if hard else {})
        click.echo(f"{kind}: {record_decision(folder, decided, ref, by=by)}")

    return state


artifacts.add_command(verify)
artifacts.add_command(rebuild)
artifacts.add_command(_statement("confirm", "Say that a stale artifact is still right."))
artifacts.add_command(_statement("lock", "Keep modules from replacing it; their results are candidates."))
artifacts.add_command(_statement("pin", "Make this version the current one, whatever is newer."))
artifacts.add_command(_statement("unpin", "Let the newest version be current again."))
artifacts.add_command(_statement("unlock", "Take a lock away."))
artifacts.add_command(_statement("accept", "Make a candidate the current version."))
