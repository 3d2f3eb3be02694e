"""RAPL, the energy counters of Intel and AMD processors, read from Linux's sysfs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

POWERCAP = Path("/sys/class/powercap")


@dataclass(frozen=True)
class Counter:
    """The counters of all processor packages of this machine, in microjoules."""

    zones: Sequence[Path]

    def read(self) -> list[int]:
        """The value of each counter; raises OSError if one cannot be read."""
        return [int((zone / "energy_uj").read_text()) for zone in self.zones]

    def joules(self, before: Sequence[int], after: Sequence[int]) -> float:
        """The energy between two readings; a counter that overflows restarts at 0."""
        microjoules = 0
        for zone, first, last in zip(self.zones, before, after, strict=True):
            overflow = int((zone / "max_energy_range_uj").read_text()) if last < first else 0
            microjoules += last - first + overflow
        return microjoules / 1e6


def find_counter() -> Counter:
    """The counters of this machine's processor packages; may be empty."""
    return Counter(sorted(POWERCAP.glob("intel-rapl:[0-9]")))


def missing_reason() -> str:
    """A sentence on why this machine's energy cannot be counted; empty if it can."""
    counter = find_counter()
    if not counter.zones:
        return f"This machine shows no energy counter in {POWERCAP}. Measure on one that does."
    try:
        counter.read()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return (
            f"The energy counter {counter.zones[0]}/energy_uj cannot be read ({reason}). Give "
            "this user the right to read it."
        )
    return ""
