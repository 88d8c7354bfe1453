"""The words of shot grammar as closed lists: size, angle, move, light.

Boards, payloads, prompts and the embedded picture maker all read these; a provider's own words for
them belong in a table per model, never here.
"""

from __future__ import annotations

from enum import StrEnum


class Size(StrEnum):
    """How much of the subject fills the frame, from farthest to closest."""

    EXTREME_WIDE = "EWS"
    WIDE = "WS"
    FULL = "FS"
    MEDIUM_WIDE = "MWS"
    MEDIUM = "MS"
    MEDIUM_CLOSE = "MCU"
    CLOSE = "CU"
    EXTREME_CLOSE = "ECU"
    INSERT = "INSERT"


class Angle(StrEnum):
    """Where the camera stands against the subject's eyes."""

    EYE = "eye"
    LOW = "low"
    HIGH = "high"
    OVER_SHOULDER = "over_shoulder"
    TOP = "top"
    POV = "pov"
    DUTCH = "dutch"


class Move(StrEnum):
    """What the camera does during the shot."""

    STATIC = "static"
    PAN_LEFT = "pan_left"
    PAN_RIGHT = "pan_right"
    TILT_UP = "tilt_up"
    TILT_DOWN = "tilt_down"
    PUSH_IN = "push_in"
    PULL_OUT = "pull_out"
    TRACK_LEFT = "track_left"
    TRACK_RIGHT = "track_right"
    CRANE_UP = "crane_up"
    HANDHELD = "handheld"


class DayTime(StrEnum):
    """The light of a place."""

    DAWN = "dawn"
    DAY = "day"
    DUSK = "dusk"
    NIGHT = "night"


class Place(StrEnum):
    """Indoors, outdoors or both."""

    INT = "INT"
    EXT = "EXT"
    INT_EXT = "INT/EXT"


class Tier(StrEnum):
    """How finished a picture is."""

    PENCIL = "pencil"
    FINISH = "finish"


class Pose(StrEnum):
    """What a figure's body does."""

    STAND = "stand"
    SIT = "sit"
    WALK = "walk"
    PHONE = "phone"
    POINT = "point"
    LIE = "lie"
