"""The recipe as run, as YAML that can be loaded again and then means the same.

Placeholders are resolved; a plain `${` that is left is escaped, since whoever loads the text resolves again.
Only the strict reader of `ground/yaml_text.py` reads it: text that it could take for a number, a truth value
or nothing stands in quotes. What the recipe means is not known here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cine_forge.kernel.recipes.recipe import Recipe

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./@-]*")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off"})
_UNPRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_WIDTH = 100
_RESOLVED = ("entity", "project", "params", "stage_configs", "extensions")
_RESOLVED_OF_STAGE = ("params", "config", "for_each", "when")


def recipe_text(recipe: Recipe, *, head: Sequence[str] = ()) -> str:
    """Return the recipe as YAML, with `head` as comment lines before it. Equal recipes give equal text."""
    data = recipe.model_dump(mode="json", exclude_defaults=True)
    for name in _RESOLVED:
        if name in data:
            data[name] = _escaped(data[name])
    for stage in data.get("stages", ()):
        for name in _RESOLVED_OF_STAGE:
            if name in stage:
                stage[name] = _escaped(stage[name])
    return "\n".join([*commented(head), *yaml_lines(data)]) + "\n"


def commented(lines: Sequence[str]) -> list[str]:
    """Return lines of text as comments."""
    return [f"# {_UNPRINTED.sub('', ' '.join(line.split()))}".rstrip() for line in lines]


def yaml_lines(value: Any, indent: str = "") -> list[str]:
    """Return the lines of a mapping or list that is not empty; short plain parts stay on one line."""
    lines: list[str] = []
    if isinstance(value, dict):
        for key, item in value.items():
            start = f"{indent}{_text(key)}:"
            line = _line(start, item)
            if line is not None:
                lines.append(line)
            else:
                lines += [start, *yaml_lines(item, indent + "  ")]
        return lines
    for item in value:
        line = None if item and isinstance(item, dict) else _line(f"{indent}-", item)
        if line is not None:
            lines.append(line)
            continue
        first, *rest = yaml_lines(item, indent + "  ")
        lines += [f"{indent}- {first.lstrip(' ')}", *rest]
    return lines


def _line(start: str, item: Any) -> str | None:
    """Return `start` with the value behind it, None when that is to stand in lines of its own."""
    if isinstance(item, str):
        return f"{start} {_text(item)}"
    if not item or not isinstance(item, dict | list | tuple):
        return f"{start} {_flow(item)}"
    if not isinstance(item, dict) and any(isinstance(one, dict) for one in item):
        return None
    line = f"{start} {_flow(item)}"
    return line if len(line) <= _WIDTH else None


def _flow(value: Any) -> str:
    """Return a value on one line."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return "{" + ", ".join([f"{_text(key)}: {_flow(item)}" for key, item in value.items()]) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join([_flow(item) for item in value]) + "]"
    return _number(value) if isinstance(value, float) else json.dumps(value)


@lru_cache(maxsize=4096)
def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return _UNPRINTED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(text, ensure_ascii=False))


def _number(value: float) -> str:
    """Return a float as the strict reader takes it: always with a point (`1.0e+20`)."""
    digits, mark, power = repr(value).partition("e")
    return f"{digits if '.' in digits or not mark else digits + '.0'}{mark}{power}"


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("${", "$${")
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    return value
