"""`cine-forge artifacts`: what is kept, version by version; what differs, what is edited and decided."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from cine_forge.cli.integrity import rebuild, verify
from cine_forge.cli.project import project_option

_HEALTHS = ("valid", "stale", "needs_revision", "confirmed_valid")
_SOURCES = ("ai", "human", "hybrid", "code")

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_note = click.option("--note", default="", help="Why.")
_as = click.option("--as", "by", help="Who decides, by id; default: the project's first user.")


@click.group()
def artifacts() -> None:
    """List, show, compare, edit and verify what is kept. REF is `type/entity@v3`, or `type/entity`."""


@artifacts.command(name="list")
@click.argument("artifact_type", required=False)
@click.option("--type", "of_type", help="Only of this type.")
@click.option("--entity", help="Only with this label, this part in the id, or a pattern (`*`, `?`).")
@click.option("--health", type=click.Choice(_HEALTHS), help="Only of this health.")
@click.option("--source", type=click.Choice(_SOURCES), help="Only from this source.")
@click.option("--locked", is_flag=True, help="Only what is locked.")
@click.option("--candidates", is_flag=True, help="The candidates that wait to be accepted or rejected.")
@_json
@project_option
def list_artifacts(
    artifact_type: str | None, folder: Path, *, candidates: bool, as_json: bool, **narrowed: Any
) -> None:
    """List what is current, of everything or of one type; decisions are listed as `statement`."""
    from cine_forge.driver.artifacts.shelf import Wanted, candidate_lines, listed_now, shelf_lines
    from cine_forge.driver.wiring import open_store

    of_type = narrowed.pop("of_type")
    wanted = Wanted(artifact_type or of_type, **narrowed)
    with open_store(folder) as store:
        rows = listed_now(store, wanted)
    rows = tuple(row for row in rows if row.candidates) if candidates else rows
    if as_json:
        told = {"schema": "artifacts/1", "artifacts": [row.to_json() for row in rows]}
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return
    for line in candidate_lines(rows) if candidates else shelf_lines(rows):
        click.echo(line)


@artifacts.command()
@click.argument("ref")
@click.option("--data", "only_data", is_flag=True, help="Only the data, as `edit` takes them.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as always.")
@project_option
def show(ref: str, only_data: bool, as_json: bool, folder: Path) -> None:
    """Print one version with its envelope."""
    from cine_forge.driver.artifacts.named_ref import ref_of
    from cine_forge.driver.wiring import open_store

    with open_store(folder) as store:
        envelope = store.load(ref_of(store, ref)).model_dump(mode="json")
    told = envelope["data"] if only_data else {"schema": "artifact/1", **envelope}
    click.echo(json.dumps(told, indent=1, ensure_ascii=False))


@artifacts.command()
@click.argument("artifact_type")
@click.argument("entity", required=False)
@_json
@project_option
def versions(artifact_type: str, entity: str | None, as_json: bool, folder: Path) -> None:
    """List every version of one artifact, TYPE/ENTITY, oldest first: when, by whom, why."""
    from cine_forge.driver.artifacts.version_text import history, history_lines
    from cine_forge.driver.wiring import open_store

    kind, _, rest = artifact_type.partition("/")
    about = entity or rest.partition("@v")[0]
    with open_store(folder) as store:
        rows = history(store, kind, about)
    if as_json:
        told = {"schema": "versions/1", "type": kind, "entity": about, "versions": rows}
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return
    for line in history_lines(rows):
        click.echo(line)


@artifacts.command()
@click.argument("before")
@click.argument("after")
@_json
@project_option
def diff(before: str, after: str, as_json: bool, folder: Path) -> None:
    """Print what differs between two versions: fields by path, media by size, digest, frame and length."""
    from cine_forge.driver.artifacts.named_ref import ref_of
    from cine_forge.driver.artifacts.version_text import diff_json, diff_lines
    from cine_forge.driver.wiring import open_store
    from cine_forge.kernel.artifacts.diff.diff import diff_versions

    with open_store(folder) as store:
        old, new = (store.load(ref_of(store, ref)) for ref in (before, after))
    found = diff_versions(old, new)
    if as_json:
        click.echo(json.dumps(diff_json(old, new, found), indent=1, ensure_ascii=False))
        return
    for line in diff_lines(old, new, found):
        click.echo(line)


@artifacts.command()
@click.argument("ref")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--set", "sets", multiple=True, help="`path=value`, as in `/lines/0/text=Hello`; many.")
@click.option("--media", multiple=True, help="`name=FILE`: replace a media file; many.")
@_note
@_as
@_json
@project_option
def edit(ref: str, folder: Path, *, note: str, by: str | None, as_json: bool, **said: Any) -> None:
    """Keep a person's change of REF as its next version: the data in FILE (JSON or YAML, `-` is stdin)."""
    from cine_forge.driver.artifacts.edit import Changes, keep_edit

    edited = keep_edit(folder, ref, Changes(**said), by=by, note=note)
    if as_json:
        click.echo(json.dumps(edited.to_json(), indent=1, ensure_ascii=False))
        return
    click.echo(str(edited.ref))
    for line in edited.remarks():
        click.echo(line, err=True)


@artifacts.command()
@_json
@project_option
def locks(as_json: bool, folder: Path) -> None:
    """List what is locked, by whom, when and why."""
    from cine_forge.driver.artifacts.shelf import lock_lines, lock_rows
    from cine_forge.driver.wiring import open_store

    with open_store(folder) as store:
        rows = lock_rows(store)
    if as_json:
        click.echo(json.dumps({"schema": "locks/1", "locks": rows}, indent=1, ensure_ascii=False))
        return
    for line in lock_lines(rows):
        click.echo(line)


@artifacts.command()
@click.argument("ref")
@_note
@_as
@project_option
def reject(ref: str, note: str, by: str | None, folder: Path) -> None:
    """Say that a candidate shall not be accepted; it stays kept and can be accepted later."""
    from cine_forge.driver.artifacts.decide import reject_candidate

    click.echo(f"reject: {reject_candidate(folder, ref, by=by, note=note)}")


def _statement(kind: str, sentence: str) -> click.Command:
    @click.command(name=kind, help=sentence)
    @click.argument("ref")
    @_note
    @click.option("--hard", is_flag=True, help="With lock: no module and no person may replace it.")
    @_as
    @project_option
    def state(ref: str, note: str, hard: bool, by: str | None, folder: Path) -> None:
        from cine_forge.driver.artifacts.decide import Decided, record_decision

        decided = Decided(kind, note, {"hard": True} if hard else {})
        click.echo(f"{kind}: {record_decision(folder, decided, ref, by=by)}")

    return state


for _command in (
    verify,
    rebuild,
    _statement("confirm", "Say that a stale artifact is still right."),
    _statement("revise", "Say that a stale artifact must be made again or edited."),
    _statement("lock", "Keep modules from replacing it; their results are candidates."),
    _statement("pin", "Make this version the current one, whatever is newer."),
    _statement("unpin", "Let the newest version be current again."),
    _statement("unlock", "Take a lock away."),
    _statement("accept", "Make a candidate the current version."),
):
    artifacts.add_command(_command)
