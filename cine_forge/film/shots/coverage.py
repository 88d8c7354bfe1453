"""Coverage: how each group of beats is filmed. The rules a first assistant would expect.

A scene opens on its place, then holds the people together once, then cuts between singles by who speaks,
closer as it goes on; a thing that matters gets an insert, a silent change in a face a reaction shot; the
camera moves only for a reason. A shot that was directed before keeps its direction. It decides the words
of the shot list, never metres.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from cine_forge.film.looks.cast import Cast
from cine_forge.film.schemas.shot import Shot
from cine_forge.film.shots.beats import sentences_of
from cine_forge.film.shots.division import Group
from cine_forge.film.shots.floor_plan import FloorPlan, walk_of
from cine_forge.film.shots.pronouns import Pronouns
from cine_forge.film.shots.telephone import Telephone, is_voice_only
from cine_forge.staging.grammar import Angle, Move, Place, Pose, Size

LENS_MM = {
    Size.EXTREME_WIDE: 24.0,
    Size.WIDE: 28.0,
    Size.FULL: 32.0,
    Size.MEDIUM_WIDE: 35.0,
    Size.MEDIUM: 40.0,
    Size.MEDIUM_CLOSE: 50.0,
    Size.CLOSE: 85.0,
    Size.EXTREME_CLOSE: 100.0,
    Size.INSERT: 85.0,
}
_MOST_FIGURES = 5
_SPEED_WORDS = re.compile(
    r"\b(walk|run|cross|stride|pace|march|hurr|rush|wander|shamble|storm|approach|follow)\w*", re.I
)
_ENTERS = re.compile(r"\b(enter|arrive|burst|comes?|step[s]? in|return|appear)\w*", re.I)
_LEAVES = re.compile(r"\b(exit|leave|walk[s]? out|head[s]? out|goes out|storm[s]? off|depart)\w*", re.I)
_FACE = re.compile(
    r"\b(eye[s]?|look|stare|smile|grin|frown|glance|listen|tear[s]?|face|blink|freeze|hesitat|realiz|realis|"
    r"laugh|nod|sigh|swallow|flinch|silent)\w*",
    re.I,
)
_SITS = re.compile(
    r"\b(sits?|sitting|seated|slumps? in|in (?:the|a|his|her) chair|at (?:the|a|his|her) desk)\b", re.I
)
_LIES = re.compile(r"\b(lies|lying|asleep|sleeping|in bed|unconscious)\b", re.I)
_POINTS = re.compile(r"\b(points?|pointing|aims?|aiming)\b", re.I)
_STRONG_ASIDE = re.compile(r"\b(whisper|quiet|soft|intense|cold|furious|angr|scream|shout|cry|tear)\w*", re.I)
_CAMERA_WORDS: tuple[tuple[re.Pattern[str], Move], ...] = (
    (re.compile(r"\b(?:camera|we) pans? left\b", re.I), Move.PAN_LEFT),
    (re.compile(r"\b(?:camera pans?|we pan|panning)\b", re.I), Move.PAN_RIGHT),
    (re.compile(r"\b(?:push(?:es)? in|dolly in|zooms? in|close in on)\b", re.I), Move.PUSH_IN),
    (re.compile(r"\b(?:pulls? (?:back|out)|zooms? out)\b", re.I), Move.PULL_OUT),
    (re.compile(r"\b(?:crane|aerial|from above|bird'?s)\b", re.I), Move.CRANE_UP),
    (re.compile(r"\b(?:tilts? up)\b", re.I), Move.TILT_UP),
    (re.compile(r"\b(?:tilts? down)\b", re.I), Move.TILT_DOWN),
    (re.compile(r"\b(?:hand-?held|shaky)\b", re.I), Move.HANDHELD),
    (re.compile(r"\b(?:tracks?|tracking|we follow|follows? (?:him|her|them))\b", re.I), Move.TRACK_RIGHT),
)


@dataclass(frozen=True)
class Direction:
    """How one shot is filmed: the words of a shot list, and who is in the picture."""

    size: Size
    angle: Angle = Angle.EYE
    move: Move = Move.STATIC
    figures: tuple[str, ...] = ()
    focus: str | None = None
    walks: dict[str, str] = field(default_factory=dict)
    poses: dict[str, Pose] = field(default_factory=dict)
    prop: str | None = None

    @property
    def lens_mm(self) -> float:
        """Return the lens that suits the size, in millimetres."""
        return LENS_MM[self.size]


@dataclass
class Coverage:
    """Directs the groups of one scene in order; it remembers who is there and who had a single already."""

    cast: Cast
    place: Place
    strategy: Literal["coverage", "continuity", "oner"]
    telephone: Telephone
    plan: FloorPlan
    pronouns: Pronouns
    is_insert: bool = False
    opened: bool = False
    mastered: bool = False
    last_seen: str | None = None
    shown: set[str] = field(default_factory=set)
    present: list[str] = field(default_factory=list)
    singles: dict[str, int] = field(default_factory=dict)
    poses: dict[str, Pose] = field(default_factory=dict)

    def direct(self, group: Group, following: Sequence[Group] = ()) -> Direction:
        """Return the direction of the next group of the scene; `following` are the groups after it."""
        self._meet(group)
        kept = direction_of(group.kept, self.cast) if group.kept else None
        direction = kept or self._choose(group, following)
        self._note(direction)
        return direction

    def _meet(self, group: Group) -> None:
        for character in self._involved(group):
            if character not in self.present:
                self.present.append(character)
            pose = _pose_in(self._about(character, group))
            if pose:
                self.poses[character] = pose

    def _note(self, direction: Direction) -> None:
        """Remember what was shown, for the choices that come after it."""
        self.opened = True
        self.shown |= set(direction.figures)
        self.present.extend(who for who in direction.figures if who not in self.present)
        self.mastered = self.mastered or len(direction.figures) > 1
        if direction.focus:
            self.singles[direction.focus] = self.singles.get(direction.focus, 0) + 1
            self.last_seen = direction.focus

    def _involved(self, group: Group) -> list[str]:
        """Return who is seen in a group: those its action names, then those who speak on screen."""
        named = [who for who in self.cast.mentioned(group.text) if not self.telephone.is_elsewhere(who)]
        spoken = [beat.character for beat in group.lines if beat.character and not is_voice_only(beat)]
        known = [who for who in spoken if who in self.cast.ids]
        return list(dict.fromkeys([*named, *known]))

    def _choose(self, group: Group, following: Sequence[Group]) -> Direction:
        involved = self._involved(group)
        if self.strategy == "oner":
            return self._oner(group, involved)
        if not self.opened and not self.is_insert:
            return self._establishing(group, involved)
        if group.prop:
            return Direction(Size.INSERT, prop=group.prop)
        if group.lines:
            return self._dialogue(group, involved, following)
        return self._action(group, involved)

    def _oner(self, group: Group, involved: list[str]) -> Direction:
        seen = tuple(involved[:_MOST_FIGURES])
        moving = bool(_SPEED_WORDS.search(group.text))
        size = Size.FULL if len(seen) < 3 else Size.WIDE
        return self._posed(
            Direction(size, move=Move.TRACK_RIGHT if moving else Move.PUSH_IN, figures=seen), group
        )

    def _establishing(self, group: Group, involved: list[str]) -> Direction:
        outside = self.place is not Place.INT
        size = Size.EXTREME_WIDE if outside and not group.lines and not involved else Size.WIDE
        asked = _camera_word(group.text)
        move = asked or (Move.CRANE_UP if outside and not involved else Move.STATIC)
        return self._posed(Direction(size, move=move, figures=tuple(involved[:_MOST_FIGURES])), group)

    def _dialogue(self, group: Group, involved: list[str], following: Sequence[Group]) -> Direction:
        on_screen = [
            beat for beat in group.lines if not is_voice_only(beat) and beat.character in self.cast.ids
        ]
        if not on_screen:
            return self._listener(group)
        speakers = list(dict.fromkeys(beat.character or "" for beat in on_screen))
        partner = self._partner(speakers[0], following)
        if len(speakers) > 1 or (partner and self._holds_both()):
            together = list(dict.fromkeys([*speakers, *([partner] if partner else [])]))
            size = Size.MEDIUM_WIDE if not self.mastered or len(together) > 2 else Size.MEDIUM
            return self._posed(Direction(size, figures=tuple(together[:_MOST_FIGURES])), group)
        return self._posed(self._single(speakers[0], partner, group), group)

    def _holds_both(self) -> bool:
        return not self.telephone.rings and (not self.mastered or self.strategy == "continuity")

    def _single(self, speaker: str, partner: str | None, group: Group) -> Direction:
        turn = self.singles.get(speaker, 0)
        strong = _is_strong(group)
        move = Move.PUSH_IN if strong else Move.STATIC
        if partner and not self.telephone.rings and turn % 3 == 0 and not strong:
            figures = (speaker, partner)
            return Direction(Size.MEDIUM_CLOSE, Angle.OVER_SHOULDER, Move.STATIC, figures, speaker)
        size = Size.CLOSE if strong else _closer(turn)
        return Direction(size, Angle.EYE, move, (speaker,), speaker)

    def _listener(self, group: Group) -> Direction:
        """Stay on whoever hears a voice; with nobody there, on the place."""
        here = [who for who in self.present if not self.telephone.is_elsewhere(who)]
        if not here:
            return Direction(Size.WIDE, move=Move.PUSH_IN)
        listener = self.last_seen if self.last_seen in here else here[0]
        size = _closer(self.singles.get(listener, 0))
        return self._posed(Direction(size, figures=(listener,), focus=listener), group)

    def _action(self, group: Group, involved: list[str]) -> Direction:
        asked = _camera_word(group.text)
        seen = involved or self._meant(group.text)
        if not seen:
            return Direction(
                Size.MEDIUM_WIDE if self.place is Place.INT else Size.WIDE, move=asked or Move.PAN_RIGHT
            )
        if len(seen) > 1:
            size = Size.MEDIUM_WIDE if len(seen) == 2 else Size.WIDE
            move = asked or (Move.TRACK_RIGHT if _SPEED_WORDS.search(group.text) else Move.STATIC)
            return self._posed(Direction(size, move=move, figures=tuple(seen[:_MOST_FIGURES])), group)
        return self._posed(self._one(seen[0], group, asked), group)

    def _meant(self, text: str) -> list[str]:
        """Return whom a text without names speaks of."""
        here = [who for who in self.present if not self.telephone.is_elsewhere(who)]
        meant = self.pronouns.meant(text, here, self.last_seen)
        return list(meant) or ([self.last_seen] if self.last_seen and _speaks_of_someone(text) else [])

    def _one(self, who: str, group: Group, asked: Move | None) -> Direction:
        text = group.text
        if _ENTERS.search(text) or _LEAVES.search(text) or _SPEED_WORDS.search(text):
            rightward = self.plan.is_left(who) != bool(_LEAVES.search(text))
            track = Move.TRACK_RIGHT if rightward else Move.TRACK_LEFT
            return Direction(Size.FULL, move=asked or track, figures=(who,), focus=who)
        if _FACE.search(text):
            size = Size.CLOSE if self.singles.get(who, 0) else Size.MEDIUM_CLOSE
            return Direction(size, move=asked or Move.STATIC, figures=(who,), focus=who)
        size = Size.MEDIUM if self.singles.get(who, 0) % 2 == 0 else Size.MEDIUM_WIDE
        return Direction(size, move=asked or Move.STATIC, figures=(who,), focus=who)

    def _partner(self, speaker: str, following: Sequence[Group]) -> str | None:
        """Return whom the speaker faces: who spoke last, else who speaks next, else anyone else there."""
        there = [who for who in self.present if who != speaker and not self.telephone.is_elsewhere(who)]
        if self.last_seen in there:
            return self.last_seen
        coming = [beat.character for group in following[:2] for beat in group.lines]
        return next((who for who in coming if who in there), there[-1] if there else None)

    def _posed(self, direction: Direction, group: Group) -> Direction:
        """Add what the bodies do, read from the sentences that name each person."""
        walks = (
            {who: self._walk(who, group) for who in direction.figures} if direction.size in _WALKABLE else {}
        )
        poses = {who: self._pose(who, group) for who in direction.figures}
        return replace(
            direction,
            walks={who: walk for who, walk in walks.items() if walk},
            poses={who: pose for who, pose in poses.items() if pose is not Pose.STAND},
        )

    def _walk(self, who: str, group: Group) -> str:
        text = self._about(who, group)
        if _LEAVES.search(text):
            return "out"
        arrives = bool(_ENTERS.search(text)) and who not in self.shown
        return "in" if arrives or _SPEED_WORDS.search(text) else ""

    def _pose(self, who: str, group: Group) -> Pose:
        if self.telephone.holds(who, group):
            return Pose.PHONE
        return Pose.POINT if _POINTS.search(self._about(who, group)) else self.poses.get(who, Pose.STAND)

    def _about(self, who: str, group: Group) -> str:
        """Return the sentences of a group that name a person."""
        sentences = sentences_of(group.text)
        return " ".join(sentence for sentence in sentences if who in self.cast.mentioned(sentence))


_WALKABLE = frozenset({Size.EXTREME_WIDE, Size.WIDE, Size.FULL, Size.MEDIUM_WIDE})


def direction_of(shot: Shot, cast: Cast) -> Direction | None:
    """Return the direction that an earlier shot was given; None when someone in it is no longer cast."""
    figures = shot.blocking.figures
    if any(cast.named(figure.id) is None for figure in figures):
        return None
    return Direction(
        size=shot.size,
        angle=shot.angle,
        move=shot.move,
        figures=tuple(figure.id for figure in figures),
        focus=shot.blocking.camera.focus_id,
        walks={figure.id: walk_of(figure) for figure in figures if figure.walks_to},
        poses={figure.id: figure.pose for figure in figures if figure.pose not in (Pose.STAND, Pose.WALK)},
        prop=shot.blocking.props[0].name if shot.size is Size.INSERT and shot.blocking.props else None,
    )


def _closer(turn: int) -> Size:
    """Return the size of a person's next single: closer each time, then out again."""
    return (Size.MEDIUM, Size.MEDIUM_CLOSE, Size.CLOSE)[turn % 3]


def simpler(direction: Direction) -> Iterator[Direction]:
    """Yield plainer ways to film the same: the camera still, nobody walking, then wider and wider."""
    still = replace(direction, move=Move.STATIC)
    yield still
    yield replace(still, walks={})
    sizes = list(LENS_MM)[:-1]
    if direction.size in sizes:
        for size in reversed(sizes[: sizes.index(direction.size)]):
            yield replace(still, walks={}, size=size, angle=Angle.EYE)


def _camera_word(text: str) -> Move | None:
    """Return the move that the script itself asks for."""
    return next((move for pattern, move in _CAMERA_WORDS if pattern.search(text)), None)


def _is_strong(group: Group) -> bool:
    """Tell whether the last line of a group is one to push in on."""
    last = group.lines[-1]
    return last.text.rstrip("\"'”’ ").endswith("!") or bool(_STRONG_ASIDE.search(last.parenthetical or ""))


def _speaks_of_someone(text: str) -> bool:
    return bool(re.search(r"\b(?:he|she|his|her|him|they|their)\b", text, re.IGNORECASE))


def _pose_in(text: str) -> Pose | None:
    if _LIES.search(text):
        return Pose.LIE
    if _SITS.search(text):
        return Pose.SIT
    return (
        Pose.STAND if re.search(r"\b(?:stands?|rises?|gets up|jumps up|lurches out)\b", text, re.I) else None
    )
