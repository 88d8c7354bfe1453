"""Templates: the prompts of a module as files of its own, filled with data.

Only a module's own files are templates; what a script or a model says is data and never read as one. The
sandbox lets a template reach nothing, an absent name is an error, and the two operators by which a short
line could fill all memory are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cine_forge.kernel.ground.errors import Fault, StageError

MOST_SIGNS = 2_000_000


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"`{operator}` is not for templates")


def render(folder: Path, name: str, values: Mapping[str, Any]) -> str:
    """Return the template `name` of a folder, filled in.

    Raises StageError CF-S048: no such file, a name that is not there, or more than is allowed.
    """
    environment = _Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=False,  # prompts are plain text, not HTML
        keep_trailing_newline=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    try:
        text = environment.get_template(name).render(**values)
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        what = f"the template cannot be filled: {type(error).__name__}: {error}"
        raise StageError(Fault("CF-S048", what, str(folder / name), "mend the template")) from None
    if len(text) > MOST_SIGNS:
        what = f"the prompt would have {len(text):,} signs; at most {MOST_SIGNS:,} are said"
        raise StageError(Fault("CF-S048", what, str(folder / name), "give it less to say"))
    return text
