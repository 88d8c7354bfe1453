"""Deeds of continuity: which verbs put a thing on, take it up, lay it down or break it; which words hurt.

Only data, English. What they mean for a person and a thing in a sentence is decided in `observation`.
"""

from __future__ import annotations

import re
from enum import StrEnum

from cine_forge.film.screenplay.word_list import word_list


class Deed(StrEnum):
    """What a text says of a person and a thing."""

    WEARS = "wears"
    DONS = "puts on"
    DOFFS = "takes off"
    LACKS = "is without"
    HOLDS = "has"
    TAKES = "takes"
    LEAVES = "leaves"
    BREAKS = "destroys"
    HURT = "is hurt"
    UNHURT = "is unhurt"
    DEAD = "dies"


WEARING = word_list("wear wears wearing wore dressed clad sport sports sporting")
"""With a garment: is in it now."""

PUTTING_ON = word_list("don dons donning donned buttons zips")
WITH_ON = word_list(
    """put puts putting pull pulls pulling slip slips slipping throw throws throwing shrug shrugs tug tugs
    get gets draw draws"""
)
"""These put a garment on when `on` or `into` goes with them."""

TAKING_OFF = word_list("remove removes removing removed shed sheds shedding doff doffs undress undresses")
WITH_OFF = word_list(
    """take takes taking pull pulls pulling slip slips slipping strip strips peel peels kick kicks shrug
    shrugs throw throws tear tears rip rips get gets"""
)
"""These take a garment off when `off` or `out of` goes with them."""

HAVING = word_list(
    """hold holds holding held carry carries carrying carried clutch clutches clutching grip grips gripping
    grasp grasps brandish brandishes brandishing wield wields wave waves waving cradle cradles cradling lug
    lugs lugging tote totes shoulder shoulders balance balances hug hugs"""
)
TAKING = word_list(
    """take takes taking took grab grabs grabbing pick picks picking lift lifts lifting snatch snatches fetch
    fetches produce produces draw draws pull pulls pulling pocket pockets catch catches collect collects
    retrieve retrieves seize seizes unhook unhooks find finds steal steals swipe swipes"""
)
LEAVING = word_list(
    """put puts putting set sets setting lay lays laying place places placing drop drops dropping leave leaves
    leaving hang hangs hanging throw throws throwing toss tosses tossing fling flings hurl hurls discard
    discards return returns lose loses hide hides hiding bury buries abandon abandons"""
)
GIVING = word_list(
    "hand hands handing give gives giving pass passes passing offer offers toss tosses sell sells"
)
BREAKING = word_list(
    """smash smashes smashing smashed break breaks breaking broken shatter shatters shattering shattered burn
    burns burning burnt burned destroy destroys destroying destroyed tear tears tearing rip rips ripping
    crush crushes crushing explode explodes exploding melt melts snap snaps sink sinks wreck wrecks wrecked
    shred shreds pulverise pulverises pulverize pulverizes incinerate incinerates"""
)
BREAKING_ITSELF = word_list(
    """smashes shatters shattered explodes burns melts snaps sinks breaks bursts crumbles collapses
    disintegrates smashed destroyed wrecked"""
)
"""With the thing as their subject: `the vase shatters`."""

HURTING = re.compile(
    r"\b(?:(?:is|are|gets?|been|was) (?:shot|stabbed|wounded|hit|injured|hurt|bitten|burned|burnt)"
    r"|bleed(?:s|ing)|limp(?:s|ing)|bandaged|wounded|bloodied|bruised|black eye|split lip|bloody nose"
    r"|broken (?:arm|leg|wrist|nose|ankle|rib|finger|hand)"
    r"|(?:twists?|sprains?|breaks?|cuts?|burns?|gashes|injures) (?:his|her|their) (?:\w+ )?"
    r"(?:arm|leg|wrist|nose|ankle|finger|hand|knee|foot|head|forehead|cheek|palm|shoulder)"
    r"|blood (?:on|down|runs down|drips from|from) (?:his|her|their) \w+"
    r"|(?:a|the|an) (?:wound|gash|bullet hole|bandage|sling|cast|crutch(?:es)?))\b",
    re.IGNORECASE,
)
HEALTHY = re.compile(
    r"\b(?:unhurt|unharmed|uninjured|unscathed|(?:without|not) a scratch"
    r"|not a mark on (?:him|her|them))\b",
    re.IGNORECASE,
)
DYING = re.compile(
    r"\b(?:dies|is dead|lies dead|falls dead|drops dead|is killed|was killed|stops breathing|is no more)\b",
    re.IGNORECASE,
)
SIDE = re.compile(
    r"\b(?P<side>left|right) (?P<part>arm|leg|wrist|ankle|hand|knee|foot|eye|shoulder|cheek|ear)\b",
    re.IGNORECASE,
)
ABSENT = re.compile(
    r"\b(?:without|no longer (?:wears|wearing|has|in)|minus|not wearing)"
    r" (?:his|her|their|the|a|an|any)?\s*(?P<rest>[\w' -]{2,40})",
    re.IGNORECASE,
)
BARE = {"barefoot": "shoes", "bareheaded": "hat", "hatless": "hat", "coatless": "coat", "shoeless": "shoes"}
"""One word that says that a garment is not there."""

SLOTS = {
    "over": word_list(
        "coat raincoat overcoat trenchcoat parka cloak cape jacket anorak blazer oilskin oilskins poncho robe"
    ),
    "top": word_list("shirt blouse t-shirt tshirt jumper sweater pullover cardigan tunic sweatshirt hoodie"),
    "whole": word_list("dress gown suit tuxedo uniform overalls nightgown pyjamas pajamas swimsuit"),
    "legs": word_list("trousers jeans skirt shorts pants slacks leggings"),
    "feet": word_list("shoe shoes boot boots sandal sandals slipper slippers trainers sneakers heels"),
    "head": word_list("hat cap helmet hood beret bonnet fedora stetson beanie crown"),
    "neck": word_list("tie scarf shawl necklace bowtie"),
}
"""Where a garment is worn: of one place there is one garment at a time."""
