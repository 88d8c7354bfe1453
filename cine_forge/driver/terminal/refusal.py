"""The one place where an error becomes sentences on stderr and an exit status.

The driver and every command run inside `guarded`. A person sees what is wrong, where, and what to do; the
traceback is for whoever asks for it with `--debug` or `CINE_FORGE_DEBUG=1`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from cine_forge.kernel.ground.errors import CineForgeError, Fault, InternalError

INTERRUPTED = 130


def wants_traceback(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Say whether the caller asked to see tracebacks."""
    return "--debug" in arguments or environment.get("CINE_FORGE_DEBUG", "") not in ("", "0")


def guarded(work: Callable[[], int | None], *, debug: bool, to: TextIO | None = None) -> int:
    """Run `work` and return its exit status. Errors are told on `to` (stderr when None), never raised.

    A CineForgeError has its own status; a refusal of the operating system is CF-U002 and a fault of ours
    CF-U001, both status 1; Ctrl-C is 130.
    """
    out = to or sys.stderr
    try:
        return work() or 0
    except CineForgeError as error:
        return _told(error, error, debug=debug, to=out)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _told(error, CineForgeError(_refused_by_system(error)), debug=debug, to=out)
    except KeyboardInterrupt:
        print("interrupted; the same command goes on where this one stopped", file=out)
        return INTERRUPTED
    except Exception as error:
        return _told(error, InternalError(_our_fault(error)), debug=debug, to=out)


def _told(cause: Exception, error: CineForgeError, *, debug: bool, to: TextIO) -> int:
    """Print the traceback of `cause` when asked for, then the sentences of `error`; return its status."""
    if debug:
        import traceback

        traceback.print_exception(cause, file=to)
    from cine_forge.driver.terminal.screen import Screen, fitted

    print(fitted(str(error), Screen.here(os.environ, to).width), file=to)
    return error.exit_status


def _refused_by_system(error: OSError) -> Fault:
    what = error.strerror or type(error).__name__
    return Fault(
        "CF-U002", what, str(error.filename or ""), "`cine-forge doctor` checks disk and permissions"
    )


def _our_fault(error: Exception) -> Fault:
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    where = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""  # noqa: PTH119
    what = f"this is a fault of CineForge: {type(error).__name__}: {error}"
    return Fault("CF-U001", what, where, "run it again with CINE_FORGE_DEBUG=1 and report what it prints")
