"""Pages: what is known of runs, as one HTML file each that needs nothing else.

The templates lie in `pages/`; they hold no scripts and ask nobody for anything. Links lead to the project's
files, relative to where the page is written; pictures are small copies within the page.
"""

from __future__ import annotations

import base64
import io
import os
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from PIL import Image, UnidentifiedImageError

from cine_forge.driver.history.story_text import counts_text, decision_text, seconds_text
from cine_forge.driver.history.timeline import MOST_ROWS, timeline_of
from cine_forge.kernel.artifacts.keeping.kept_file import checked_file
from cine_forge.kernel.ground.errors import IntegrityError

_TEMPLATES = Path(__file__).parent / "pages"
_MOST_PICTURES = 24
_MOST_SIDES = 12
_WIDEST = 480
_QUOTED = re.compile("`([^`]*)`")
_OWN_FIELDS = ("stage", "entity", "ts")


class _Html(str):
    """Text that is HTML already; templates put it in as it is."""

    def __html__(self) -> str:
        return self


def write_page(page: Path, template: str, found: Mapping[str, Any], *, project: Path) -> None:
    """Write a page; its folder is made. Raises OSError when it cannot be written."""
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(rendered(template, found, project=project, beside=page.parent), encoding="utf-8")


def rendered(template: str, found: Mapping[str, Any], *, project: Path, beside: Path) -> str:
    """Return the page for one report or comparison; links lead from the folder `beside` into the project."""
    way = os.path.relpath(project.resolve(), beside.resolve())
    return _pages(way).get_template(template).render(**_seen(found, project)) + "\n"


@lru_cache(maxsize=8)
def _pages(way: str) -> ImmutableSandboxedEnvironment:
    """Return the templates, read once, for pages from which the project lies in the direction `way`."""
    pages = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    pages.filters |= {
        "counts": counts_text,
        "decided": decision_text,
        "href": lambda path: quote(f"{way}/{path}"),
        "how": lambda rows: counts_text(_counted(row["how"] for row in rows)),
        "moment": lambda iso: f"{iso[:10]} {iso[11:19]} UTC" if iso else "not begun",
        "money": _money,
        "remark": _remark,
        "said": _said,
        "seconds": seconds_text,
        "words": _words,
    }
    return pages


def _seen(found: Mapping[str, Any], project: Path) -> dict[str, Any]:
    """Return what a template sees: the data, and what only a drawing or a picture can tell."""
    match found["schema"]:
        case "run_report/1":
            told = {"timeline": timeline_of(found), "groups": _groups(found), "most_stages": MOST_ROWS}
            return {**found, **_pictures_of_run(found, project), **told}
        case "experiment_index/1":
            return {**found, **_sides_of_arms(found, project)}
    return dict(found)


def _groups(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the units stage by stage; where stages are many, all in one group that names their stages."""
    by_stage: dict[str, list[dict[str, Any]]] = {}
    for unit in found["units"]:
        by_stage.setdefault(unit["stage"], []).append(unit)
    if len(by_stage) > MOST_ROWS:
        named = [{**unit, "label": f"{unit['stage']} {unit['label']}"} for unit in found["units"]]
        by_stage = {"all stages": named}
    return [
        {"name": name, "statuses": _counted(unit["status"] for unit in units), "units": units}
        for name, units in by_stage.items()
    ]


def _pictures_of_run(found: Mapping[str, Any], project: Path) -> dict[str, Any]:
    """Return small copies of the pictures that came out, those that were made now and late first."""
    outputs = reversed(found["outputs"])
    images = [(row, file) for row in outputs for file in row["media"] if _is_image(file)]
    images.sort(key=lambda image: image[0]["how"] != "made")
    shown = images[:_MOST_PICTURES]
    pictures = [_picture(project, file, row["label"], row["type"]) for row, file in shown]
    return {"pictures": [picture for picture in pictures if picture], "picture_count": len(images)}


def _sides_of_arms(found: Mapping[str, Any], project: Path) -> dict[str, Any]:
    """Return the arms' params, how alike each two are, and their unequal pictures beside each other."""
    arms = found["arms"]
    alike = {}
    for pair in found["pairs"]:
        counts = pair["totals"]["outputs"]
        cell = {"equal": counts["equal"], "all": sum(counts.values())}
        alike[f"{pair['first']}\n{pair['second']}"] = alike[f"{pair['second']}\n{pair['first']}"] = cell
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for arm in arms:
        for row in arm.get("outputs", ()):
            if any(_is_image(file) for file in row["media"]):
                seen.setdefault((row["type"], row["entity"]), {})[arm["arm"]] = row
    unequal = [key for key, rows in seen.items() if len({row["digest"] for row in rows.values()}) > 1]
    sides = []
    for kind, entity in unequal[-_MOST_SIDES:]:
        files = {arm: _first_image(row) for arm, row in seen[kind, entity].items()}
        shown = [_picture(project, _within(arm, file), arm, kind) for arm, file in files.items()]
        label = next(iter(seen[kind, entity].values()))["label"]
        sides.append({"type": kind, "label": label, "pictures": [one for one in shown if one]})
    names = list(dict.fromkeys(name for arm in arms for name in arm["params"]))
    return {"param_names": names, "alike": alike, "sides": sides[::-1]}


def _first_image(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return next(file for file in row["media"] if _is_image(file))


def _within(arm: str, file: Mapping[str, Any]) -> dict[str, Any]:
    return {**file, "path": f"{arm}/{file['path']}"}


def _picture(project: Path, file: Mapping[str, Any], label: str, kind: str) -> dict[str, Any] | None:
    """Return a small copy of a kept picture as a data URL, None when it is gone, damaged or no picture."""
    path = str(file["path"])
    try:
        whole = checked_file(project / path, sha256=file["sha256"], size=file["bytes"])
        with Image.open(whole) as image:
            small = image.convert("RGB")
    except (OSError, IntegrityError, UnidentifiedImageError):
        return None
    small.thumbnail((_WIDEST, _WIDEST))
    kept = io.BytesIO()
    small.save(kept, "JPEG", quality=82, optimize=True)
    data = "data:image/jpeg;base64," + base64.b64encode(kept.getvalue()).decode()
    return {"data": data, "path": path, "label": label, "type": kind}


def _is_image(file: Mapping[str, Any]) -> bool:
    return str(file["media_type"]) in ("image/png", "image/jpeg", "image/webp")


def _counted(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts


def _money(usd: float) -> str:
    """Return US dollars, with as many digits as a small sum needs."""
    return f"${usd:.2f}" if not usd or abs(usd) >= 0.01 else f"${usd:.4f}"


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_said(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_said(item) for item in value)
    return "none" if value is None else str(value)


def _words(text: str) -> _Html:
    """Return a sentence as HTML, what stands in backquotes as code."""
    return _Html(_QUOTED.sub(r"<code>\1</code>", escape(text)))


def _remark(event: Mapping[str, Any]) -> str:
    return _said({name: value for name, value in event.items() if name not in _OWN_FIELDS})
