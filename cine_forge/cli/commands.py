"""`cine-forge`: the table of commands, each imported only when it is used.

A command is a file of this folder; adding one means adding its row here. `--help` must stay quick, so this
file imports click and the errors, no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import click

from cine_forge.kernel.ground.errors import Fault, UsageError, nearest


@dataclass(frozen=True)
class Row:
    """Where a command is defined (`file.name` below this folder) and what `--help` says of it."""

    place: str
    help: str


COMMANDS = {
    "artifacts": Row("artifacts.artifacts", "List, show, compare and verify what is kept."),
    "doctor": Row("doctor.doctor", "Check that this machine can make a film."),
    "errors": Row("errors.errors", "Explain an error code."),
    "experiments": Row("experiments.experiments", "Try a recipe with several sets of params, side by side."),
    "explain": Row("explain.explain", "Say why something would run, be reused or wait."),
    "export": Row("export.export", "Write sheets, call sheets, shot lists and scripts."),
    "gc": Row("integrity.gc", "Set aside what nothing refers to; clear up after dead runs."),
    "init": Row("init.init", "Make a project from a script."),
    "ledger": Row("ledger.ledger", "Show what was spent, reserved and lost, and on what."),
    "lineage": Row("lineage.lineage", "List what was made from what."),
    "modules": Row("modules.modules", "List the modules that perform stages."),
    "people": Row("people.people", "Say who is who in the scripts: list, merge, split."),
    "plan": Row("run.plan", "Print what a run would do and why."),
    "project": Row("project.project", "Say which project this is; make a copied one its own."),
    "providers": Row("providers.providers", "Look at providers and unsettled generations."),
    "review": Row("review.review", "Approve, reject and circle what waits for a person."),
    "run": Row("run.run", "Plan a recipe and carry it out."),
    "runs": Row("runs.runs", "List, show, report and compare runs; carry a failed one on."),
    "schema": Row("schema.schema", "Show every key of a recipe, manifest, project or artifact."),
    "script": Row("script.script", "Look at a script without making a project."),
    "stale": Row("stale.stale", "List what no longer fits its inputs."),
    "status": Row("status.status", "Show how the newest run stands."),
}


class LazyGroup(click.Group):
    """A group whose commands are named by a table and imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the table, in order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; None when the table does not know it."""
        if cmd_name not in COMMANDS:
            return None
        file, _, name = COMMANDS[cmd_name].place.partition(".")
        command: click.Command = getattr(import_module(f"cine_forge.cli.{file}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; raises UsageError CF-U004 with the nearest name."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            hint = " ".join(filter(None, (nearest(args[0], COMMANDS), "`cine-forge --help` lists them")))
            raise UsageError(Fault("CF-U004", f"there is no command `{args[0]}`", hint=hint))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].help) for name in self.list_commands(ctx)])


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"cine-forge {version('cine-forge')}")
        ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version)
def cine_forge() -> None:
    """Make boards, takes and a cut from a script; pay for no shot twice."""
