"""Verbs and participles: what is done with things and to people, by what it tells of a sheet's categories.

Only data, in the forms in which action writes them; `deeds` says what each means.
"""

from __future__ import annotations

from cine_forge.film.screenplay.word_list import word_list

HELD = word_list(
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
WORN = word_list(
    "wear wears wearing wore don dons donning dressed clad sport sports sporting unbutton unbuttons"
)
DRIVEN = word_list("drive drives driving park parks parking pilot pilots piloting ride rides riding")
PARTICLES = frozenset(
    {"up", "down", "out", "on", "off", "back", "open", "over", "away", "around", "aside", "in"}
)
SUFFIXES_OF_IDEAS = (
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
QUALITIES = word_list(
    """black white red blue green grey gray brown yellow pink purple orange silver golden dark bright small
    large big huge tiny long short old new young low high first second third last next same own whole
    full empty"""
)
STUNTS = word_list(
    """kick kicks kicking punch punches punching tackle tackles tackling dive dives diving leap leaps
    leaping topple topples toppling tumble tumbles tumbling wrestle wrestles wrestling headbutt
    headbutts somersault somersaults cartwheel cartwheels backflip backflips rappel rappels rappelling
    brawl brawls brawling duel duels duelling dueling fight fights fighting lunge lunges lunging"""
)
EFFECTS = word_list(
    """explode explodes exploding explosion shatter shatters shattering erupt erupts erupting ignite
    ignites igniting smoulder smoulders smouldering smolder smolders smoldering detonate detonates"""
)
INTO_DANGER = word_list(
    """jump jumps jumping jumped fall falls falling fell crash crashes crashing crashed slam slams slamming
    slammed hurl hurled thrown knocked fly flies flying flung plummet plummets plummeting plunge plunges
    skid skids"""
)
WHERE = word_list("off from out through over down into across onto backward backwards against toward towards")
TARGETS = word_list("at on into back off another twice three two") | {""}
SHOOTS = word_list("fire fires firing fired shoot shoots shooting")
BURNS = word_list("smoking burning flaming smouldering smoldering exploding bleeding")
WONDERS = word_list(
    """transform transforms transforming morph morphs morphing materialize materializes materialise
    materialises dematerialize dematerializes teleport teleports teleporting levitate levitates
    levitating shapeshift shapeshifts shape-shifts disintegrate disintegrates disintegrating
    dematerialise"""
)
WONDROUS = word_list(
    """glowing ethereal spectral holographic shimmering swirling otherworldly supernatural mystical magical
    ghostly luminous pulsating translucent"""
)
COLOURS = word_list("black white red blue green grey gray brown purple pink khaki camouflage leather denim")
DRESSED_IN = word_list("dressed clad clothed wearing wears")
FILLED = word_list(
    """filled littered lined adorned cluttered decorated stacked strewn scattered crammed packed furnished
    draped surrounded piled covered"""
)
HEARD = word_list(
    """beep beeps beeping buzz buzzes buzzing chime chimes chiming clang clangs clanging clank clanks
    clatter clatters clattering click clicks clicking creak creaks creaking crackle crackles crackling
    hiss hisses hissing honk honks honking hum hums humming jingle jingles jingling rattle rattles
    rattling ring rings ringing roar roars roaring rumble rumbles rumbling screech screeches screeching
    slam slams slamming squeak squeaks squeaking squeal squeals squealing thud thuds tick ticks ticking
    whir whirs whirring whirr whirrs whistle whistles whistling bark barks barking blare blares blaring
    toll tolls tolling thunder thunders thundering vibrate vibrates vibrating rev revs revving crunch
    crunches crunching whine whines whining sputter sputters sputtering crow crows crowing howl howls
    howling chirp chirps chirping growl growls growling snarl snarls snarling meow meows neigh neighs
    whinny whinnies purr purrs squawk squawks caw caws hoot hoots drip drips dripping gurgle gurgles
    boom booms booming hisses ding dings"""
)
MADE = word_list("knock knocks knocking knocked bang bangs banging pound pounds pounding rap raps rapping")
MECHANICAL = (
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
HEARS = word_list("hear hears hearing heard")
VOICES = word_list("voice voices scream screams shout shouts cry cries whisper whispers word words")
HURT = word_list("wounded bloodied bruised injured bleeding scarred bandaged battered")
CLOTHED = word_list("hooded masked gloved uniformed bespectacled cloaked veiled robed")
STAINS = word_list("soaked covered stained splattered spattered smeared drenched streaked caked")
WETTING = frozenset({"rain", "water", "smoke"})
DRESSED = word_list("gloved clad hatted coated suited robed booted helmeted masked hooded")
CARRIED_WHERE = frozenset({"in", "on", "under", "over", "across", "between", "around", "round", "behind"})
POSSESSORS = frozenset({"his", "her", "their", "its", "my"})
TELLING = frozenset().union(
    *(HELD, WORN, DRIVEN, STUNTS, EFFECTS, HEARD, INTO_DANGER, SHOOTS, BURNS, WONDERS, WONDROUS),
    *(COLOURS, FILLED, HURT, CLOTHED, MADE, HEARS, CARRIED_WHERE),
)
"""Every word that tells of a deed or a state; all others are passed over quickly."""
