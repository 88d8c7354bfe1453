"""The vendor on loopback of the kit that ships, under the name that tests know."""

from cine_forge.generation.conformance.fault import FAULTS, Fault, Place, Word
from cine_forge.generation.conformance.vendor import (
    DOWNLOADS,
    Clock,
    Job,
    Manner,
    Result,
    VendorServer,
    Wanted,
    same_for_all,
)
from cine_forge.wire.loopback import Asked, Said

__all__ = [
    "DOWNLOADS", "FAULTS", "Asked", "Clock", "Fault", "Job", "Manner", "Place", "Result", "Said",
    "VendorServer", "Wanted", "Word", "same_for_all",
]  # fmt: skip
