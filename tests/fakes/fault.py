"""The faults of the kit that ships, under the name that tests know."""

from cine_forge.generation.conformance.fault import FAULTS, Fault, Place, Word
from cine_forge.wire.loopback import Line

__all__ = ["FAULTS", "Fault", "Line", "Place", "Word"]
