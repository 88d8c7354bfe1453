"""Company: every speech of a script by the name at its cue, and who answers whom.

Nobody answers himself: two names whose speeches follow each other without a line of action between are two
people, unless something stronger says otherwise.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cine_forge.film.breakdown.lexicon import VOICE_WORDS
from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.naming import spelled
from cine_forge.film.people.words import YOUNG_OR_OLD
from cine_forge.film.screenplay.cues import Cue, is_age, parse_cue
from cine_forge.film.screenplay.document import Element, ElementType

_SPEECH = frozenset({ElementType.DIALOGUE, ElementType.PARENTHETICAL, ElementType.LYRIC})
_VOICE_OF = re.compile(
    r"^(.+)['’]S VOICE$|^(?:VOICE OF|STIMME VON|VOIX DE|VOZ DE|VOCE DI|ГОЛОС) (.+)$"
    r"|^(.+?),? (?:VOICE|STIMME)$"
)
_BARE_EXTENSION = re.compile(
    r"(?:[ ,\-–—]+|\b)(?:V\. ?O\.?|O\. ?S\.?|O\. ?C\.?|CONT['’]D\.?|CONTINUED|VOICE[- ]?OVER|OFF[- ]?SCREEN"
    r"|OFF[- ]?CAMERA|(?:ON|OVER|INTO)(?: THE)? (?:PHONE|RADIO|TV|INTERCOM|TELEPHONE)"
    r"|\[[^\[\]]*\]|（[^（）]*）)$"
)
_SHORT_EXTENSION = re.compile(r"[ ,\-–—]+(?:VO|OS|OC|OFF|CONT)$")
_HEARD = re.compile(r"V|O|PHONE|RADIO|TV|INTERCOM")
_PLAYED = re.compile(
    r"^(?:DISGUISED )?(?:AS|ALS|EN|COMO|COME|KAK) (.+)$|^(IN DISGUISE|VERKLEIDET|DÉGUISÉE?)$"
)


@dataclass(frozen=True)
class Call:
    """A cue as it announces a speaker. `aged` is the name with its age, `played` whom the speaker plays."""

    name: str
    off_screen: bool = False
    age: str = ""
    aside: tuple[str, ...] = ()
    played: str = ""

    @property
    def aged(self) -> str:
        """Return the name of the version: `ANN (12)`."""
        return f"{self.name} ({self.age})" if self.age else self.name


@dataclass
class Heard:
    """What is known of a name at cues: how often, in which scenes (by position), on which line first.

    `ages` give the scene and the line where each was first written; `said` are the speeches by scene.
    """

    times: int = 0
    scenes: set[int] = field(default_factory=set)
    line: int = 0
    last_scene: int = 0
    ages: dict[str, tuple[int, int]] = field(default_factory=dict)
    asides: dict[str, int] = field(default_factory=dict)
    played: dict[str, int] = field(default_factory=dict)
    unaged: bool = False
    said: Counter[tuple[int, str]] = field(default_factory=Counter)


class Company:
    """All who speak, by name, in the order they are first heard."""

    def __init__(self, drafts: Sequence[SceneDraft]) -> None:
        self.heard: dict[str, Heard] = {}
        self._answers: set[frozenset[str]] = set()
        self._cue_names = frozenset(_bare(parse_cue(one.text))[0] for one in _cues(drafts))
        for draft in drafts:
            self._listen(draft)

    def call(self, cue: Cue) -> Call:
        """Take a cue of this script for what it says of the speaker."""
        name, off = _bare(cue)
        short = _SHORT_EXTENSION.sub("", name)
        if short != name and short in self._cue_names:
            name, off = short, True
        voice = _VOICE_OF.match(name)
        own = next((part for part in voice.groups() if part), name) if voice else name
        if voice and (not voice[3] or own in self._cue_names):
            name, off = own, True
        return _with_asides(name, cue, off)

    def answer_each_other(self, one: str, other: str) -> bool:
        """Whether one speaks right after the other somewhere."""
        return frozenset((one, other)) in self._answers

    def times(self, name: str) -> int:
        """Return how many speeches a name has."""
        return self.heard[name].times if name in self.heard else 0

    def scenes(self, name: str) -> set[int]:
        """Return the positions of the scenes in which a name speaks."""
        return self.heard[name].scenes if name in self.heard else set()

    def _listen(self, draft: SceneDraft) -> None:
        before = ""
        for element in draft.body:
            if element.type is ElementType.DIALOGUE and before:
                self.heard[before].said[draft.position, element.text] += 1
            if element.type is ElementType.CHARACTER:
                call = self.call(parse_cue(element.text))
                self._add(call, element, draft.position)
                if before and before != call.name:
                    self._answers.add(frozenset((before, call.name)))
                before = call.name
            elif element.type not in _SPEECH:
                before = ""

    def _add(self, call: Call, element: Element, position: int) -> None:
        heard = self.heard.setdefault(call.name, Heard(line=element.line))
        heard.times += 1
        heard.scenes.add(position)
        heard.last_scene = position
        heard.unaged = heard.unaged or not call.age
        if call.age:
            heard.ages.setdefault(call.age, (position, element.line))
        for aside in call.aside:
            heard.asides.setdefault(aside, element.line)
        if call.played:
            heard.played.setdefault(call.played, element.line)


def _cues(drafts: Sequence[SceneDraft]) -> Iterator[Element]:
    return (one for draft in drafts for one in draft.body if one.type is ElementType.CHARACTER)


def _bare(cue: Cue) -> tuple[str, bool]:
    """The name without extensions outside brackets, and whether one is of a voice from elsewhere."""
    name = spelled(cue.name) or spelled(" ".join(cue.extensions)) or "?"
    off = cue.off_screen
    for _ in range(3):
        found = _BARE_EXTENSION.search(name)
        if not found or not found.start() or name[: found.start()].lower() in VOICE_WORDS:
            break
        off = off or bool(_HEARD.search(found.group().replace("CONT", "")))
        name = name[: found.start()].rstrip(" ,-–—")
    return name, off


def _with_asides(name: str, cue: Cue, off: bool) -> Call:
    age, played, aside = "", "", list[str]()
    for one in cue.extensions:
        told = spelled(one)
        as_whom = _PLAYED.match(told)
        if is_age(one):
            age = told
        elif told in YOUNG_OR_OLD and name:
            name = f"{told} {name}"
        elif as_whom:
            played = as_whom[1] or "SOMEBODY ELSE"
        elif told and told != name:
            aside.append(told)
    return Call(name, off, age, tuple(aside), played)
