"""How much the bench of the doors measures: the sizes of the requirement, or a percentage of them."""

from dataclasses import dataclass, replace
from typing import Self

from commands.bench.whole_numbers import whole_number

_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes of the loads; each is measured `rounds` times, servers in turn."""

    rounds: int = 3
    big_bytes: int = 512 * _MEBIBYTE
    sets: int = 667
    sessions: int = 50
    files_a_session: int = 20
    connections: int = 200
    connections_at_once: int = 8
    deliveries: int = 1000
    slow_clients: int = 1000
    healthy_sets: int = 200

    @classmethod
    def from_environment(cls) -> Self:
        """Return the scale that ROUNDS and SIZE (in per cent) ask for; OutageError when they are no numbers above 0."""
        usual, per_cent = cls(), whole_number("SIZE", 100)
        scaled = {name: max(least, getattr(usual, name) * per_cent // 100) for name, least in _LEAST.items()}
        return replace(usual, rounds=whole_number("ROUNDS", usual.rounds), **scaled)


_LEAST = {
    "big_bytes": _MEBIBYTE,
    "sets": 2,
    "sessions": 2,
    "connections": 4,
    "deliveries": 16,
    "slow_clients": 20,
    "healthy_sets": 4,
}
