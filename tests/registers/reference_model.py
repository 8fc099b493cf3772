"""What the yearly contingent must be, told a second time and without any of the register's code."""

from dataclasses import dataclass, field


@dataclass
class ModelPeriod:
    person: int
    year: int
    planned: int
    granted: int
    late: bool
    cancelled: bool = False
    closed: bool = False


@dataclass
class ContingentModel:
    """Every method returns the code that the answer has ("" for none) and how much exceeds the contingent."""

    limit: int = 650
    periods: dict[str, ModelPeriod] = field(default_factory=dict)

    def granted(self, person: int, year: int, *, but: str = "") -> int:
        return sum(
            one.granted
            for key, one in self.periods.items()
            if (one.person, one.year) == (person, year) and not one.cancelled and key != but
        )

    def start(self, key: str, person: int, year: int, planned: int, *, late: bool) -> tuple[str, int]:
        room = 0 if late else max(0, self.limit - self.granted(person, year))
        self.periods[key] = ModelPeriod(person, year, planned, min(planned, room), late)
        return ("90373-460", 0) if late else self._excess(key)

    def change(self, key: str, planned: int) -> tuple[str, int]:
        one = self.periods[key]
        if one.cancelled:
            return "00913-355", 0
        if one.planned == planned:
            return "90378-444", 0
        room = max(one.granted, self.limit - self.granted(one.person, one.year, but=key))
        one.planned, one.granted = planned, 0 if one.late else min(planned, room)
        return ("", 0) if one.late else self._excess(key)

    def end(self, key: str) -> tuple[str, int]:
        one = self.periods[key]
        if one.cancelled or one.closed:
            return ("00913-355" if one.cancelled else "00913-356"), 0
        one.closed = True
        return "", 0

    def cancel(self, key: str) -> tuple[str, int]:
        if self.periods[key].cancelled:
            return "00913-355", 0
        self.periods[key].cancelled = True
        return "", 0

    def _excess(self, key: str) -> tuple[str, int]:
        excess = self.periods[key].planned - self.periods[key].granted
        return ("90017-369" if excess else ""), excess
