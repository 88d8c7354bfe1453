"""One invocation of a click command: its status, and its mistakes as our errors.

The driver and `cine-forge` both start here, so that a wrong option is told like everything else.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from cine_forge.driver.terminal.refusal import guarded, wants_traceback
from cine_forge.kernel.ground.errors import Fault, UsageError

_NO_PLUGINS = ("PYDANTIC_DISABLE_PLUGINS", "__all__")
"""What others installed for pydantic may not change what a recipe means; looking for it reads the record of
every installed package, which costs a run some hundredths of a second."""


def invoke(command: click.Command, words: Sequence[str], name: str) -> int:
    """Run a command and return its exit status; errors are told on stderr.

    A usage that click refuses is UsageError CF-U003; a group without a command prints its help, status 2.
    Plugins of pydantic are left out, in this process and those it starts, unless the environment says more.
    """
    os.environ.setdefault(*_NO_PLUGINS)
    return guarded(lambda: _run(command, list(words), name), debug=wants_traceback(words, os.environ))


def _run(command: click.Command, words: list[str], name: str) -> int | None:
    try:
        status: int | None = command.main(words, prog_name=name, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 2
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else name
        hint = f"`{path} --help` shows its options"
        raise UsageError(Fault("CF-U003", _sentence(error), hint=hint)) from None
    except click.Abort:
        raise KeyboardInterrupt from None
    return status


def _sentence(error: click.UsageError) -> str:
    message = error.format_message().replace("'", "`").rstrip(".")
    return message[:1].lower() + message[1:]
