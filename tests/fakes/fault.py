"""The faults of the kit that ships, under the name that tests know."""

from cine_forge.generation.conformance.fault import FAULTS, Fault, Line, Place, Word

__all__ = ["FAULTS", "Fault", "Line", "Place", "Word"]
