"""RAPL, the energy counters of processors of Intel and AMD, as Linux shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

POWERCAP = Path("/sys/class/powercap")


@dataclass(frozen=True)
class Counter:
    """The counters of all processor packages of this machine, in microjoules."""

    zones: Sequence[Path]

    def read(self) -> list[int]:
        """What each counter shows; raises OSError if one cannot be read."""
        return [int((zone / "energy_uj").read_text()) for zone in self.zones]

    def joules(self, before: Sequence[int], after: Sequence[int]) -> float:
        """The energy between two readings; a counter that was full began at 0 again."""
        used = 0
        for zone, first, last in zip(self.zones, before, after, strict=True):
            full = int((zone / "max_energy_range_uj").read_text()) if last < first else 0
            used += last - first + full
        return used / 1e6


def counter() -> Counter:
    """Those of the packages, which hold what cores and caches use; perhaps of none."""
    return Counter(sorted(POWERCAP.glob("intel-rapl:[0-9]")))


def why_none() -> str:
    """A sentence on why this machine's energy cannot be counted; empty if it can."""
    found = counter()
    if not found.zones:
        return f"This machine shows no energy counter in {POWERCAP}. Measure on one that does."
    try:
        found.read()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        return (
            f"The energy counter {found.zones[0]}/energy_uj cannot be read ({why}). Give this user "
            "the right to read it."
        )
    return ""
