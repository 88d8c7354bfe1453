"""The small words of English: what stands before a noun, what ends a noun phrase, which nouns are verbs too.

Only data. All words are in small letters.
"""

from __future__ import annotations

from cine_forge.film.screenplay.word_list import word_list

ARTICLES = word_list(
    """a an the his her their its my your our this that these those some another each every both one two
    three four five six seven eight nine ten dozen several many few other either half all more"""
)
PREPOSITIONS = word_list(
    """of in on at to from with without by for into onto over under behind beside near through across
    against around along between among above below beneath inside outside toward towards upon off via
    past amid beyond within atop including plus like as than during despite until after before about out
    up down"""
)
JOINERS = word_list(
    """and or but nor so then while when as if because though although which that who whose where until is
    are was were be been being has have had does do did will would can could may might must should"""
)
PRONOUNS = word_list(
    """he she they it we i you who him them us me himself herself themselves itself what everyone everybody
    someone somebody nobody anyone something nothing everything there here"""
)
AFTER_THESE_A_VERB = PRONOUNS - {"him", "them", "us", "me"} | word_list(
    """to will would can could may might must should shall cannot can't won't don't doesn't didn't couldn't
    not never always just then suddenly slowly quickly finally also let's quietly carefully gently"""
)
NEGATIONS = word_list("no without any neither nor zero")
LIKENESSES = word_list("like as than resembles resembling resemble likes unlike")
ENDS_A_PHRASE = PREPOSITIONS | JOINERS | PRONOUNS | NEGATIONS
VERBS_TOO = word_list(
    """act aim anchor arrow axe back bag bail bait balance ball band bandage bang bank bar barrel bark bat
    bath battle beam bear beat bed beep belt bill bite blade blanket blast blaze bleach bleed blow board
    bolt bomb book boot bottle bow bowl box brace branch break breeze brick bridge broadcast brush
    bubble buck bucket buckle bug bundle burn burst bus butter button buzz cable cage camp can cane cap
    card case cash cast catch chain chair chant charge chart charm chase check cheer chime chip chisel
    chop circle clamp clap clash claw click clip cloak clock cloud club coach coat coil collar comb
    compact compress cone cook cork corner counter cover crack cradle cramp crane crash crate crawl
    creak cream crook cross crow crowd crown crunch cuff cup curb cure curl curtain cut dab dart deck
    deed desert dial dice dig dish display dive dock dog doodle dot draft drape draw drawing dress drill
    drink drip drive drop drug drum duck dump dust echo eddy eject elbow engine engineer escort eye face
    fan farm fasten fax feast feed fence fiddle fight figure file film fire fish fist flag flame flap
    flare flash flick flip float flood floor fly foam fog foil fold fork form frame freeze fuel fume
    fuse garden gauge gear gift gild glass glove glue gong grate grill groan ground guard guide gum gun
    hail ham hammer hand handle harness hatch haunt hawk hay haze head heap heel helm herd hiss hit hoe
    hog hold honk hood hook hoop horn horse hose hound house howl hum hunt ice ink iron jack jam jar
    jazz jet jewel jingle jog jolt judge juice jump kick kindle kiss knife knight knit knock knot label
    lace lamb land lap lash latch leaf lean leap leash lecture level lever license light lighten line
    link list litter load lock log look loop lure lute mail man map march mark mask match mate matter
    mean meet mend menu milk mine mirror mist mix mob model mold mop motor mount mouse mouth move mow
    mud mug muscle muse muzzle nail name needle nest net noose nose note nurse nut oar oil open ornament
    pace pack pad paddle page paint pan panel paper parachute parade park paste patch pause paw peel peg
    pen pencil pepper perch perfume photograph pick picture piece pile pilot pin pine pipe pit pitch
    plant plaster plate play plow plug plunge pocket point poison poke pole polish pool pop post poster
    pot pound powder present press print prize probe program project prop pulse pump punch puncture
    pursue quarter question quilt race rack radio raft rage rain rake ram range rap rattle ray razor
    record reel rein relay rent report rest rifle ring ripple roar roast robe rock rocket roll roof root
    rope round row ruin rule run rush rustle sack saddle sail salt sand sandwich saw scale scan scar
    score scout scramble scrape scratch screen screw script seal seat seed sense serve shade shadow
    shaft shape shell shelter shelve shield shine ship shoe shoot shop shore shot shoulder shout shovel
    show shower shred shrink shrug shutter sight sign signal sink skate sketch ski skin skip slam slap
    slash sled slice slide sling slip slot slug smack smell smoke snack snake snap snare sneak snow soap
    sock solder sound soup space spade spark spear spell spice spider spike spin splash splinter split
    spoon spot spray spread spring sprout spur spy square squash squeak squeal squid stab stable stack
    staff stage stain stake stall stamp stand staple star stare start state station steam steel steer
    stem step stew stick sting stir stock stone stool stop store storm strand strap straw streak stream
    stretch strike string strip stroke stuff stump style suit surf swallow swamp sweat swim swing switch
    swoop tack tackle tag tail tan tank tap tape target taste taxi tea tear telegraph telephone tent
    test text thread throne throttle thumb thunder tick ticket tie tile tilt time tin tip tire toast
    toll tomb tool top torch tour tow towel tower toy trace track trade trail train trap trash travel
    tray treasure treat tree trick trigger trim trip truck trumpet trunk tube tug tune turn twig twist
    veil view vise voice wag wage wake walk wall wand war ward warp wash watch water wave wax weather
    wed weed weld well wet whale wheel whip whir whirl whisk whistle whoosh wind window wing wipe wire
    witness wolf wool work worm wound wrap wrench wrestle x-ray yarn yell zip zone splatter brief
    monitor process slumber riot rally stampede ambush rampage somersault cartwheel duel brawl scuffle
    rustling clatter clang rumble growl screech thud thump clank clink ping tweet chirp hoot neigh purr
    shriek murmur chatter drizzle mushroom duster cuffs gloves knives phone ferry ship cart tub award
    boom bone flatline bridle cement clutch decree dodge drone flail gag growl knot lasso lease letter
    magnet mantle orbit pawn pelt permit pike puddle ransom ratchet ration remote ribbon scroll shackle
    sheath slug snort snorkel sponge stub swab taper token toggle tote vent crackle snarl sputter
    snicker gurgle slurp meow whine whinny caw quack ding throb carpet cushion forge heat kneel pump
    sandbag shingle slab sprinkle statue vault badger beaver bull cow crab ferret fox hare hawk leech
    monkey parrot rat raven skunk snail swan swarm weasel ford combine convoy rent lodge speed ash ooze
    slime tremor alarm cover seam hinge sleep pool seep flicker shimmer glimmer splutter bellow blare
    boom flutter rumble shuffle stagger"""
)
"""Nouns that are verbs as well: they count only where something before them says that they are nouns."""
