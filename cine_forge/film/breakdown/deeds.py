"""Deeds: what a sentence says is done, and what that tells of the things it names and of the work it makes.

An unknown noun that is held is a prop, one that is worn is wardrobe, one that is driven a vehicle. A leap is
a stunt, a shot an effect, a creaking floor a sound. `things` asks; nothing here knows the scene.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cine_forge.film.breakdown.category import Category
from cine_forge.film.breakdown.grammar import ARTICLES, ENDS_A_PHRASE
from cine_forge.film.breakdown.phrases import Phrase, Sentence
from cine_forge.film.screenplay.word_list import word_list

_HELD = word_list(
    """hold holds holding held carry carries carrying carried grab grabs grabbing grabbed clutch clutches
    clutching clutched brandish brandishes brandishing wield wields wielding wave waves waving hand
    hands handing handed pocket pockets pocketing unwrap unwraps unwrapping hurl hurls hurling toss
    tosses tossing tossed fling flings flinging flip flips unfold unfolds unfolding unroll unrolls tuck
    tucks tucking pull pulls pulling produce produces fish fishes fishing pour pours pouring drink
    drinks drinking sip sips sipping eat eats eating munch munches munching chew chews chewing nibble
    nibbles smoke smokes smoking polish polishes polishing load loads loading unload unloads cock cocks
    swing swings swinging sharpen sharpens snatch snatches snatching pass passes passing retrieve
    retrieves retrieving examine examines examining inspect inspects swig swigs gulp gulps devour
    devours wipe wipes unlock unlocks dig digs uncork uncorks plug plugs unscrew unscrews unsheathe
    unsheathes sheathe sheathes"""
)
_WORN = word_list(
    "wear wears wearing wore don dons donning dressed clad sport sports sporting unbutton unbuttons"
)
_DRIVEN = word_list("drive drives driving park parks parking pilot pilots piloting ride rides riding")
_PARTICLES = frozenset(
    {"up", "down", "out", "on", "off", "back", "open", "over", "away", "around", "aside", "in"}
)
_LED_IN = frozenset({"in", "of", "from"})
_SUFFIXES_OF_IDEAS = (
    *("tion", "sion", "ment", "ness", "ity", "ance", "ence", "ship", "hood", "ism", "ing", "ly", "ure", "ed"),
    *(
        "est",
        "ward",
        "wards",
        "dom",
        "acy",
        "ery",
        "age",
        "th",
        "self",
        "selves",
        "less",
        "ful",
        "ous",
        "ive",
    ),
    *("ic", "al"),
)
_QUALITIES = word_list(
    """black white red blue green grey gray brown yellow pink purple orange silver golden dark bright small
    large big huge tiny long short old new young low high first second third last next same own whole
    full empty"""
)
_STUNTS = word_list(
    """kick kicks kicking punch punches punching tackle tackles tackling dive dives diving leap leaps
    leaping topple topples toppling tumble tumbles tumbling wrestle wrestles wrestling headbutt
    headbutts somersault somersaults cartwheel cartwheels backflip backflips rappel rappels rappelling
    brawl brawls brawling duel duels duelling dueling fight fights fighting lunge lunges lunging"""
)
_EFFECTS = word_list(
    """explode explodes exploding explosion shatter shatters shattering erupt erupts erupting ignite
    ignites igniting smoulder smoulders smouldering smolder smolders smoldering detonate detonates"""
)
_INTO_DANGER = word_list(
    """jump jumps jumping jumped fall falls falling fell crash crashes crashing crashed slam slams slamming
    slammed hurl hurled thrown knocked fly flies flying flung plummet plummets plummeting plunge plunges
    skid skids"""
)
_WHERE = word_list(
    "off from out through over down into across onto backward backwards against toward towards"
)
_TARGETS = word_list("at on into back off another twice three two") | {""}
_SHOOTS = word_list("fire fires firing fired shoot shoots shooting")
_BURNS = word_list("smoking burning flaming smouldering smoldering exploding bleeding")
_WONDERS = word_list(
    """transform transforms transforming morph morphs morphing materialize materializes materialise
    materialises dematerialize dematerializes teleport teleports teleporting levitate levitates
    levitating shapeshift shapeshifts shape-shifts disintegrate disintegrates disintegrating
    dematerialise"""
)
_WONDROUS = word_list(
    """glowing ethereal spectral holographic shimmering swirling otherworldly supernatural mystical magical
    ghostly luminous pulsating translucent"""
)
_COLOURS = word_list("black white red blue green grey gray brown purple pink khaki camouflage leather denim")
_DRESSED_IN = word_list("dressed clad clothed wearing wears")
_FILLED = word_list(
    """filled littered lined adorned cluttered decorated stacked strewn scattered crammed packed furnished
    draped surrounded piled covered"""
)
_HEARD = word_list(
    """beep beeps beeping buzz buzzes buzzing chime chimes chiming clang clangs clanging clank clanks
    clatter clatters clattering click clicks clicking creak creaks creaking crackle crackles crackling
    hiss hisses hissing honk honks honking hum hums humming jingle jingles jingling rattle rattles
    rattling ring rings ringing roar roars roaring rumble rumbles rumbling screech screeches screeching
    slam slams slamming squeak squeaks squeaking squeal squeals squealing thud thuds tick ticks ticking
    whir whirs whirring whirr whirrs whistle whistles whistling bark barks barking blare blares blaring
    toll tolls tolling thunder thunders thundering vibrate vibrates vibrating rev revs revving"""
)
_MADE = word_list("knock knocks knocking knocked bang bangs banging pound pounds pounding rap raps rapping")
_MECHANICAL = (
    "beep",
    "buzz",
    "whir",
    "click",
    "rattl",
    "clank",
    "clang",
    "tick",
    "creak",
    "squeak",
    "rev",
    "vibrat",
)
_HEARS = word_list("hear hears hearing heard")
_VOICES = word_list("voice voices scream screams shout shouts cry cries whisper whispers word words")
_HURT = word_list("wounded bloodied bruised injured bleeding scarred bandaged battered")
_CLOTHED = word_list("hooded masked gloved uniformed bespectacled cloaked veiled robed")
_STAINS = word_list("soaked covered stained splattered spattered smeared drenched streaked caked")
_STAINED: Mapping[str, Category] = {"rain": Category.SFX, "water": Category.SFX, "smoke": Category.SFX}
_DRESSED = word_list("gloved clad hatted coated suited robed booted helmeted masked hooded")
_TELLING = frozenset().union(
    *(_HELD, _WORN, _DRIVEN, _STUNTS, _EFFECTS, _HEARD, _INTO_DANGER, _SHOOTS, _BURNS, _WONDERS, _WONDROUS),
    *(_COLOURS, _FILLED, _HURT, _CLOTHED, _MADE, _HEARS),
)
"""Every word that tells of a deed or a state; all others are passed over quickly."""


def done(sentence: Sentence, known: list[Phrase]) -> Iterator[Phrase]:
    """Yield what deeds and states tell beyond the `known` phrases of a sentence."""
    taken = {offset for phrase in known for offset in range(phrase.start, phrase.end)}
    for place, word in enumerate(sentence.small):
        if (word not in _TELLING and "-" not in word) or sentence.words[place].start() in taken:
            continue
        kind = _object_kind(sentence, place)
        if kind:
            yield from _object(sentence, place, kind, taken)
        yield from _deed(sentence, place, known)
        if word in _HEARS:
            yield from _hearing(sentence, place, taken)
        yield from _danger(sentence, place)
        yield from _wonder(sentence, place, taken)
        yield from _dress(sentence, place, taken)
        yield from _state(sentence, place, word, taken)


def _object_kind(sentence: Sentence, place: int) -> Category | None:
    word = sentence.small[place]
    if word in _HELD:
        return Category.PROP
    if word in _WORN:
        return Category.WARDROBE
    return Category.VEHICLE if word in _DRIVEN else None


def _object(sentence: Sentence, place: int, kind: Category, taken: set[int]) -> Iterator[Phrase]:
    """The object of a verb: an article, at most four words, the last of which no list knows."""
    first = place + 1
    while sentence.joined(first) and sentence.small[first] in _PARTICLES:
        first += 1
    if not sentence.joined(first) or sentence.small[first] not in ARTICLES:
        return
    end = first + 1
    while end < first + 5 and sentence.joined(end) and sentence.small[end] not in ENDS_A_PHRASE | ARTICLES:
        end += 1
    words = range(first + 1, end)
    if not words or any(sentence.words[one].start() in taken for one in words):
        return
    noun = sentence.small[end - 1]
    if sentence.nouns.kind(noun) or noun.endswith(_SUFFIXES_OF_IDEAS) or len(noun) < 3 or noun in _QUALITIES:
        return
    yield _phrase(sentence, first + 1, end, kind)


def _deed(sentence: Sentence, place: int, known: list[Phrase]) -> Iterator[Phrase]:
    word = sentence.small[place]
    if word in _HEARD or word in _MADE:
        if _sounds(sentence, place, known):
            yield _phrase(sentence, place, place + 1, Category.SOUND)
    elif word in _STUNTS and _is_done(sentence, place):
        yield _phrase(sentence, place, place + 1, Category.STUNT)
    elif word in _EFFECTS and _is_done(sentence, place):
        yield _phrase(sentence, place, place + 1, Category.SFX)


def _sounds(sentence: Sentence, place: int, known: list[Phrase]) -> bool:
    """Whether a word of sound tells what a thing does, not somebody's voice; nobody beeps."""
    word, before = sentence.small[place], sentence.before(place)
    start = sentence.words[place].start()
    if any(0 <= start - phrase.end <= 2 and phrase.kind not in ("sound", "extra") for phrase in known):
        return True
    if before == "it" or (before and sentence.nouns.kind(before) in ("place", "part")):
        return True
    if word in _MADE:
        after = sentence.small[place + 1] if sentence.joined(place + 1) else ""
        return after in ("on", "at", "against") and _is_done(sentence, place)
    return word.startswith(_MECHANICAL) and sentence.follows_a_noun(place)


def _hearing(sentence: Sentence, place: int, taken: set[int]) -> Iterator[Phrase]:
    """What somebody hears, when no list knows it: `we hear a faint scrabbling`."""
    first = place + 1
    if not sentence.joined(first) or sentence.small[first] not in ARTICLES:
        return
    end = first + 1
    while end < first + 5 and sentence.joined(end) and sentence.small[end] not in ENDS_A_PHRASE | ARTICLES:
        end += 1
    words = range(first + 1, end)
    if words and not any(sentence.words[one].start() in taken for one in words):
        kind = sentence.nouns.kind(sentence.small[end - 1])
        if kind is None and sentence.small[end - 1] not in _VOICES:
            yield _phrase(sentence, first + 1, end, Category.SOUND)


def _is_done(sentence: Sentence, place: int) -> bool:
    """Whether a word that may be a noun is a verb here."""
    return sentence.lead(place) is None or sentence.follows_a_noun(place)


def _danger(sentence: Sentence, place: int) -> Iterator[Phrase]:
    """A fall, a leap or a shot."""
    word = sentence.small[place]
    after = sentence.small[place + 1] if sentence.joined(place + 1) else ""
    if word in _INTO_DANGER and (
        after in _WHERE or sentence.small[place + 1 : place + 4] == ["to", "the", "ground"]
    ):
        yield _phrase(sentence, place, place + 1, Category.STUNT)
    elif (word in _SHOOTS and _is_done(sentence, place) and after in _TARGETS and place > 0) or (
        word in _BURNS and (after or sentence.before(place) in ("is", "are", "still"))
    ):
        yield _phrase(sentence, place, place + 1, Category.SFX)


def _wonder(sentence: Sentence, place: int, taken: set[int]) -> Iterator[Phrase]:
    """What no lens can see: a body that morphs, a glowing rune."""
    word = sentence.small[place]
    if word in _WONDERS:
        yield _phrase(sentence, place, place + 1, Category.VFX)
    end = place + 1
    while (
        word in _WONDROUS
        and end < place + 4
        and sentence.joined(end)
        and sentence.small[end] not in ENDS_A_PHRASE
    ):
        end += 1
    if end == place + 1 or sentence.words[end - 1].start() in taken:
        return
    if sentence.nouns.kind(sentence.small[end - 1]) not in ("person", "body"):
        yield _phrase(sentence, place, end, Category.VFX)


def _dress(sentence: Sentence, place: int, taken: set[int]) -> Iterator[Phrase]:
    """A colour that is worn (`dressed in black`), and what a set is filled with."""
    word = sentence.small[place]
    if word in _COLOURS and sentence.small[place - 1 : place] and place > 1:
        before = sentence.small[max(0, place - 3) : place]
        worn = before[-1] in ("all", "in", "wearing", "wears") and any(one in _DRESSED_IN for one in before)
        ends = not sentence.joined(place + 1) or sentence.small[place + 1] in ENDS_A_PHRASE
        if worn and ends:
            yield _phrase(sentence, place, place + 1, Category.WARDROBE)
    if word in _FILLED and sentence.joined(place + 1) and sentence.small[place + 1] in ("with", "by", "in"):
        end = place + 2
        while end < place + 6 and sentence.joined(end) and sentence.small[end] not in ENDS_A_PHRASE:
            end += 1
        noun = sentence.small[end - 1] if end > place + 2 else ""
        known = not noun or sentence.nouns.kind(noun) or sentence.words[end - 1].start() in taken
        if not known and noun.endswith("s") and not noun.endswith(_SUFFIXES_OF_IDEAS):
            first = place + 3 if sentence.small[place + 2] in ARTICLES and end > place + 3 else place + 2
            yield _phrase(sentence, first, end, Category.SET_DRESSING)


def _state(sentence: Sentence, place: int, word: str, taken: set[int]) -> Iterator[Phrase]:
    """A participle that tells of make-up, wardrobe or water: `blood-stained`, `hooded`."""
    if not sentence.words[place].group()[0].islower():
        return
    first, _, last = word.rpartition("-")
    if first and last in _STAINS:
        yield _phrase(sentence, place, place + 1, _STAINED.get(first, Category.MAKE_UP))
    elif first and last in _DRESSED:
        yield _phrase(sentence, place, place + 1, Category.WARDROBE)
    elif word in _HURT | _CLOTHED and not _tells_of_a_thing(sentence, place, taken):
        kind = Category.MAKE_UP if word in _HURT else Category.WARDROBE
        yield _phrase(sentence, place, place + 1, kind)


def _tells_of_a_thing(sentence: Sentence, place: int, taken: set[int]) -> bool:
    return sentence.joined(place + 1) and sentence.words[place + 1].start() in taken


def _phrase(sentence: Sentence, first: int, end: int, kind: Category) -> Phrase:
    start, stop = sentence.words[first].start(), sentence.words[end - 1].end()
    return Phrase(
        kind.value, " ".join(sentence.text[start:stop].split()), sentence.small[end - 1], start, stop, True
    )
