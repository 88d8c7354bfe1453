"""The word lists of the breakdown: people's nouns, sounds, camera words, props, clothes, vehicles.

Only data. Words are lower case and singular. They are meant to be precise, not complete: what is missing
here is found only when the script writes it in capitals.
"""

from __future__ import annotations

from cine_forge.film.screenplay.word_list import word_list

PERSON_NOUNS = word_list(
    """man woman boy girl guy lady gentleman kid child baby teenager teen youth fellow stranger figure
    person mother father mom mum dad brother sister son daughter uncle aunt grandmother grandfather
    wife husband widow bride groom friend neighbour neighbor partner lover rival twin leader boss
    owner keeper hero heroine villain criminal mastermind thug minion henchman outlaw thief robber
    killer assassin hitman hacker spy soldier knight sergeant captain general lieutenant colonel
    major officer cop policeman policewoman detective inspector agent sheriff deputy marshal ranger
    guard bodyguard warden judge lawyer attorney mayor senator president king queen prince princess
    emperor priest nun monk bishop doctor nurse surgeon medic paramedic scientist professor teacher
    student engineer mechanic pilot sailor skipper driver chauffeur conductor porter inspector clerk
    cashier waiter waitress bartender barista barman cook chef baker butcher farmer fisherman
    gardener carpenter smith goldsmith apprentice master servant maid butler housekeeper janitor
    cleaner receptionist secretary assistant manager director producer reporter journalist
    newscaster anchor announcer host photographer painter artist musician singer drummer dancer
    actor actress writer poet librarian postman mailman courier messenger technician operator
    investigator bounty-hunter cowboy bandit pirate witch wizard ghost nobleman merchant trader
    customer client passenger patient victim witness suspect hunter inventor marksman markswoman
    genius demigod veteran warrior vendor busker coach referee player jogger cyclist caretaker
    dispatcher informant superhero operative seal"""
)
GROUPS = word_list(
    """all both everyone everybody together crowd crowds mob people others voices men women boys girls
    guests chorus team crew gang band family couple pair squad army kids children soldiers guards
    officers audience students alle beide все толпа""",
)
PRONOUN_GROUPS = word_list("all both everyone everybody together others alle beide все")
VOICE_WORDS = word_list(
    """voice voices narrator announcer intercom radio loudspeaker speaker tannoy answerphone
    voicemail pa stimme голос"""
)
TITLES = word_list(
    """mr mrs ms miss dr doctor prof professor sir lady lord king queen prince princess captain capt sgt
    sergeant lt lieutenant col colonel gen general det detective inspector officer agent sheriff
    deputy master father sister brother aunt uncle young old little big the a an"""
)
NOT_NAMES = word_list(
    """a an the and or but of in on at to from with as by for into we i he she it they you his her their
    our its my this that these those then there here now enter meet behind inside outside suddenly
    meanwhile later one two"""
)
CAMERA_WORDS = word_list(
    """pov insert close angle wide shot shots camera pan tilt zoom dolly crane tracking montage flashback
    flashforward intercut super title titles credits caption chyron cut fade dissolve smash match
    series sequence beat pause continued continuous later scene act end begin note ots cgi vfx sfx
    off on back opening slow motion freeze frame split screen black white establishing oner sound
    sounds music silence nothing everything day night morning evening noon dusk dawn am pm ok tv usa
    uk lapd fbi cia nypd nasa int ext exit exits entrance aka"""
)
SOUNDS = word_list(
    """bang boom crash clack click clang thud thump slam crack snap pop ring rings ringing buzz buzzes beep
    beeps hiss roar screech scream screams shriek whistle knock knocks knocking explosion blast
    gunshot gunshots shot shots krumf ptew whoosh splash rumble thunder siren sirens alarm bell honk
    bark growl laughter applause chime ding creak drip rattle tick ticking tock crunch squeal thunk
    smack smacks slams slammed hum"""
)
VERBS = word_list(
    """activate standby runs stops falls explodes fires shoots hits grabs turns opens closes screams jumps
    drops fills splatters moves stands looks sees walks sits enters leaves appears freezes bursts
    flies slides breaks erupts shatters smashes rises burns glows flashes blinks starts stop go run
    wait help open closed exit danger warning dead alive bad good wrong right never always only very
    all not no yes away straight over forty again"""
)
BODY_WORDS = word_list(
    """eye eyes face gaze hand hands head heart expression smile voice back arm arms finger fingers leg
    legs foot feet body hair mouth lips brow brows jaw shoulder shoulders breath grip stare look
    knees fist fists tears cheek cheeks ears throat chest"""
)
PROPS = word_list(
    """phone telephone smartphone cellphone handset receiver gun pistol revolver rifle shotgun sword knife
    dagger bow arrow axe hammer crowbar wrench screwdriver rope torch flashlight lantern candle lamp
    match lighter key keys letter envelope postcard note notebook notepad diary journal ledger book
    tome scroll map photo photograph picture painting album newspaper magazine folder file dossier
    document contract poster badge card ticket coin wallet purse bag suitcase briefcase backpack
    satchel box parcel package crate basket bottle cup mug flask tray plate bowl spoon fork umbrella
    cane microphone radio laptop tablet computer keyboard drive cassette tape remote watch clock
    metronome compass telescope binoculars syringe pill pills bandage flower flowers rose guitar
    violin clarinet trumpet drum whistle bell mirror comb brush canvas pen pencil chalk cigarette
    cigar pipe beer wine whiskey coffee tea sandwich cake apple bread pendant necklace bracelet
    locket amulet crown handcuffs shovel spade bucket mop broom ladder toy doll ball kite pouch vial
    potion printer crowbar"""
)
WARDROBE = word_list(
    """coat overcoat raincoat trenchcoat jacket blazer suit tuxedo dress gown skirt shirt blouse t-shirt
    sweater jumper cardigan hoodie vest waistcoat apron uniform overalls jeans trousers pants shorts
    leggings boots shoes sneakers sandals slippers hat cap helmet scarf shawl veil glove gloves
    mitten mittens tie bowtie belt socks glasses sunglasses spectacles mask cloak cape robe kimono
    armor armour costume pyjamas pajamas gi hakama"""
)
VEHICLES = word_list(
    """car truck van bus taxi cab suv pickup limousine limo motorcycle motorbike bike bicycle scooter train
    tram locomotive helicopter chopper plane airplane aeroplane jet boat ship ferry yacht canoe
    submarine ambulance tractor carriage wagon cart spaceship starship shuttle porsche lexus mazda"""
)
DETERMINERS = word_list(
    "a an the his her their its my your our this that these those some another one two three four several"
)
