"""Say which general anomaly number a faulty value has, from the facets of its schema type."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from lxml import etree

XS = "{http://www.w3.org/2001/XMLSchema}"
_BLANKS = " \t\r\n"
_END_OF_DAY = "24:00:00"
_BEGIN, _END = r"\A(?:", r")\Z"
_WRITTEN = {"date": "a date of the calendar as YYYY-MM-DD", "time": "a time as HH:MM:SS.mmm"}
_FAR_DIGITS = 20
_INTEGER = re.compile(r"\A[+-]?[0-9]+\Z")


class General(StrEnum):
    """General anomaly numbers of a form's structure and values (batch protocol §5)."""

    ABSENT = "001"
    NOT_NUMERIC = "002"
    INVALID = "003"
    OUTSIDE_DOMAIN = "008"
    CARDINALITY = "090"
    ORDER = "091"
    UNKNOWN = "092"
    LENGTH = "093"


@dataclass(frozen=True, slots=True)
class ValueType:
    """A simple type of a schema: its built-in base and the facets that restrict it."""

    base: str
    patterns: tuple[re.Pattern[str], ...] = ()
    domain: frozenset[str] = frozenset()
    lowest: str | None = None
    highest: str | None = None
    shortest: int = 0
    longest: int | None = None
    digits: int | None = None

    def fault_of(self, text: str) -> General | None:
        """Return what is wrong with `text`, or None when the type takes it."""
        value = text if self.base == "string" else text.strip(_BLANKS)
        general = next((general for general, is_broken in self._checks() if is_broken(value)), None)
        return General.ABSENT if general is not None and not value.strip(_BLANKS) else general

    @property
    def expected(self) -> str:
        """What the type takes, in words such as "1 to 40 characters"; empty when nothing but the base narrows a text."""
        if self.domain:
            words = sorted(self.domain)
            return words[0] if len(words) == 1 else f"one of {', '.join(words)}"
        if self.base in _WRITTEN:
            return _WRITTEN[self.base]
        if self.base == "integer":
            return self._expected_number()
        if self.longest is None:
            return ""
        return (
            f"{self.shortest} to {self.longest} characters" if self.shortest else f"at most {self.longest} characters"
        )

    def _expected_number(self) -> str:
        if self.patterns:
            return f"digits that match {self.patterns[0].pattern.removeprefix(_BEGIN).removesuffix(_END)}"
        if self.lowest is not None and self.highest is not None:
            return f"a whole number from {self.lowest} to {self.highest}"
        return f"a whole number of at most {self.digits} digits" if self.digits is not None else "a whole number"

    def _checks(self) -> Iterator[tuple[General, Callable[[str], bool]]]:
        if self.base == "integer":
            yield General.NOT_NUMERIC, lambda value: not _INTEGER.match(value)
        yield General.LENGTH, self._breaks_length
        if self.domain:
            yield General.OUTSIDE_DOMAIN, lambda value: value not in self.domain
        yield General.INVALID, lambda value: not all(pattern.match(value) for pattern in self.patterns)
        yield General.INVALID, self._breaks_calendar
        yield General.OUTSIDE_DOMAIN, self._breaks_bounds

    def _breaks_length(self, value: str) -> bool:
        if self.base == "integer":
            return self.digits is not None and len(value.lstrip("+-").lstrip("0") or "0") > self.digits
        return len(value) < self.shortest or (self.longest is not None and len(value) > self.longest)

    def _breaks_calendar(self, value: str) -> bool:
        try:
            if self.base == "date":
                date.fromisoformat(value)
            elif self.base == "time" and not value.startswith(_END_OF_DAY):
                time.fromisoformat(value)
        except ValueError:
            return True
        return False

    def _breaks_bounds(self, value: str) -> bool:
        if self.base != "integer":
            return False
        number = _read_integer(value)
        below = self.lowest is not None and number < int(self.lowest)
        return below or (self.highest is not None and number > int(self.highest))


def _read_integer(text: str) -> int:
    """Return the value of an integer of any length; one of more digits than any bound has counts as just that far."""
    digits = text.lstrip("+-").lstrip("0") or "0"
    number = int(digits) if len(digits) < _FAR_DIGITS else 10**_FAR_DIGITS
    return -number if text.startswith("-") else number


def read_value_type(restriction: etree._Element) -> ValueType:
    """Return the type that an `xs:restriction` of a built-in type describes."""
    facets: dict[str, list[str]] = {}
    for facet in restriction:
        facets.setdefault(str(facet.tag).removeprefix(XS), []).append(str(facet.get("value")))
    return ValueType(
        base=str(restriction.get("base")).removeprefix("xs:"),
        patterns=tuple(_compile_pattern(pattern) for pattern in facets.get("pattern", ())),
        domain=frozenset(facets.get("enumeration", ())),
        lowest=next(iter(facets.get("minInclusive", ())), None),
        highest=next(iter(facets.get("maxInclusive", ())), None),
        shortest=int(next(iter(facets.get("minLength", ())), "0")),
        longest=next((int(length) for length in facets.get("maxLength", ())), None),
        digits=next((int(count) for count in facets.get("totalDigits", ())), None),
    )


def _compile_pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(f"{_BEGIN}{pattern}{_END}".replace(r"\p{L}", r"[^\W\d_]"))
