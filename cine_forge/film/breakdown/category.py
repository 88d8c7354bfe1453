"""Categories: what a breakdown sheet lists, in the order in which a sheet shows it.

The values are kept in artifacts and printed by `script inspect`. Places and people are mentions too, with
categories of their own; a `cue` is a person where they speak.
"""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """One heading of a breakdown sheet for things and effects, in a sheet's order."""

    EXTRA = "extra"
    STUNT = "stunt"
    PROP = "prop"
    SET_DRESSING = "set_dressing"
    WARDROBE = "wardrobe"
    MAKE_UP = "make_up"
    VEHICLE = "vehicle"
    ANIMAL = "animal"
    SOUND = "sound"
    MUSIC = "music"
    SFX = "sfx"
    VFX = "vfx"
    EQUIPMENT = "equipment"


THINGS = frozenset(Category)
