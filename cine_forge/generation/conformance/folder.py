"""Folders of adapters: a new one written from the template, and an existing one made ready for the kit."""

from __future__ import annotations

import re
from pathlib import Path

from cine_forge.generation.conformance.case import Case, case_of
from cine_forge.generation.profiles import read_profiles
from cine_forge.generation.providers.capabilities import provider_folders
from cine_forge.generation.providers.loading import load_part
from cine_forge.kernel.ground.errors import Fault, UsageError, listed, nearest

_TEMPLATE = Path(__file__).parent / "template"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
_WORDS = ("new_vendor", "new-vendor", "NewVendor", "NEW_VENDOR")
"""What stands in the template for the name: plain, in hosts and models, as a class, as a variable."""


def write_folder(name: str, into: Path, folders: tuple[Path, ...] = ()) -> tuple[Path, ...]:
    """Write the folder of a new provider into `into`, and return its files; it passes the kit as it is.

    `folders` are those in which the name may be taken. Raises UsageError CF-G089; nothing is overwritten.
    """
    _check_name(name, into, folders)
    spoken = dict(zip(_WORDS, (name, name.replace("_", "-"), _title(name), name.upper()), strict=True))
    written = []
    for source in sorted(_TEMPLATE.rglob("*")):
        if source.is_file() and source.suffix in (".py", ".yaml", ".md"):
            target = into / name / _spoken(str(source.relative_to(_TEMPLATE)), spoken)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(_spoken(source.read_text(encoding="utf-8"), spoken), encoding="utf-8")
            written.append(target)
    return tuple(written)


def case_in(folder: Path) -> Case:
    """Return the case of an adapter's folder, by its first model and its own fake.

    `fake.py` has `open_fake(clock)`, `KEYS`, and where it wants `payload(number, write, referring)`. Raises
    UsageError CF-G089 when a part is missing, ProjectError CF-G088 when one cannot be imported.
    """
    folder = folder.resolve()
    models = read_profiles([folder / "models"])
    if not (folder / "fake.py").is_file() or not models:
        what = f"`{folder.name}` has no `fake.py` or no model below `models/`, and cannot be tried"
        hint = "`cine-forge providers new` shows what a folder holds"
        raise UsageError(Fault("CF-G089", what, str(folder), hint))
    fake = load_part(folder, "fake", wanted="open_fake")
    case = case_of(
        next(iter(models.values())),
        fake.open_fake,
        dict(getattr(fake, "KEYS", {})),
        name=folder.name,
        folders=(folder.parent,),
    )
    payload = getattr(fake, "payload", None)
    return case.paying(payload) if payload is not None else case


def find_folder(name: str, folders: tuple[Path, ...]) -> Path:
    """Return a provider's folder by its name. Raises UsageError CF-G089."""
    known = provider_folders(folders)
    if name not in known:
        hint = nearest(name, known) or f"known: {listed(tuple(known))}"
        raise UsageError(Fault("CF-G089", f"there is no provider `{name}`", hint=hint))
    return known[name]


def _check_name(name: str, into: Path, folders: tuple[Path, ...]) -> None:
    what, hint = None, "choose another name"
    if not _NAME.fullmatch(name):
        what, hint = f"`{name}` is no name of a provider", "small letters, digits and `_`, like `my_vendor`"
    elif name in provider_folders((*folders, into)):
        what = f"there is a provider `{name}` already"
    elif (into / name).exists():
        what = f"`{into / name}` is there already"
    if what is not None:
        raise UsageError(Fault("CF-G089", what, str(into), hint))


def _title(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _spoken(text: str, spoken: dict[str, str]) -> str:
    for word, said in spoken.items():
        text = text.replace(word, said)
    return text
