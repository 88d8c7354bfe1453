"""The vendor on loopback of the kit that ships, under the name that tests know."""

from cine_forge.generation.conformance.fault import FAULTS, Fault, Place, Word
from cine_forge.generation.conformance.vendor import (
    DOWNLOADS,
    Asked,
    Clock,
    Job,
    Manner,
    Result,
    Said,
    VendorServer,
    Wanted,
    same_for_all,
)

__all__ = [
    "DOWNLOADS", "FAULTS", "Asked", "Clock", "Fault", "Job", "Manner", "Place", "Result", "Said",
    "VendorServer", "Wanted", "Word", "same_for_all",
]  # fmt: skip
