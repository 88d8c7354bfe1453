"""Tagged items: what a person marked in the source as a breakdown item, which no guess comes near.

The readers keep a tag's category as the program that wrote it calls it; here it becomes one of ours. A
category that is none of a sheet's keeps its own name as a slug, so that nothing tagged is lost.
"""

from __future__ import annotations

from collections.abc import Sequence

from cine_forge.film.breakdown.category import Category
from cine_forge.film.breakdown.nouns.catalogue import forms
from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.breakdown.things import Thing
from cine_forge.film.naming import slug_of
from cine_forge.film.schemas.breakdown_sheet import SceneTag, SceneTags
from cine_forge.film.screenplay.document import Tag

CAST = "cast"
_OURS = {
    Category.EXTRA: ("extras", "background", "background actors", "extra", "atmosphere"),
    Category.STUNT: ("stunts", "stunt", "stunt performers"),
    Category.PROP: ("props", "prop", "weapons", "set props"),
    Category.SET_DRESSING: ("set dressing", "greenery", "set", "art department", "set decoration"),
    Category.WARDROBE: ("wardrobe", "costumes", "costume"),
    Category.MAKE_UP: (
        "makeup",
        "make-up",
        "makeup/hair",
        "make-up/hair",
        "hair",
        "hair/makeup",
        "prosthetics",
    ),
    Category.VEHICLE: ("vehicles", "vehicle", "cars", "picture vehicles"),
    Category.ANIMAL: (
        "animals",
        "animal",
        "livestock",
        "animal handler",
        "animal wrangler",
        "animals & wranglers",
    ),
    Category.SOUND: ("sound", "sound fx", "sound effects"),
    Category.MUSIC: ("music", "songs"),
    Category.SFX: ("special effects", "sfx", "mechanical fx", "mechanical effects", "practical effects"),
    Category.VFX: ("visual effects", "vfx", "optical fx", "optical effects", "cgi", "digital effects"),
    Category.EQUIPMENT: ("special equipment", "equipment", "camera", "grip", "electric"),
}
_CATEGORY_OF = {name: category.value for category, names in _OURS.items() for name in names}
_CAST = frozenset({"cast", "cast members", "characters", "character", "speaking parts"})


def category_of(name: str) -> str:
    """Return our category for one of a tagging program: `Props` is `prop`; an unknown one is a slug."""
    small = " ".join(name.lower().split())
    return CAST if small in _CAST else _CATEGORY_OF.get(small) or slug_of(small).replace("-", "_")


def tagged_in(draft: SceneDraft, tags: Sequence[Tag]) -> tuple[SceneTag, ...]:
    """Return the tagged items of a scene, each once, with lines from its heading's."""
    first, last = draft.heading.line, draft.end_line
    own = [tag for tag in tags if first <= tag.line <= last]
    found = (SceneTag(category=category_of(tag.category), name=tag.name, at=tag.line - first) for tag in own)
    return tuple(dict.fromkeys(found))


def tags_of(scene: str, draft: SceneDraft, tags: Sequence[Tag]) -> SceneTags | None:
    """Return the record of a scene's tagged items, or None when there are none."""
    found = tagged_in(draft, tags)
    return SceneTags(scene=scene, tags=found) if found else None


def is_tagged(thing: Thing, tag: SceneTag) -> bool:
    """Whether a thing of the same scene is what was tagged: both end in the same noun."""
    return bool(_head(thing.name) & _head(tag.name))


def _head(name: str) -> set[str]:
    words = name.lower().split()
    return set(forms(words[-1])) if words else set()
