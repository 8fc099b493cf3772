"""Where the pieces of the pictures lie, in per cent; templates draw them as SVG without a style. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.student_day_questions import PeriodSeen
from domain.student_years import EmployerYear, QuarterShare, Share, is_over


@dataclass(frozen=True, slots=True)
class Piece:
    """A rectangle of a bar: what it stands for, where it starts and how long it is."""

    kind: str
    start: str
    length: str


@dataclass(frozen=True, slots=True)
class QuarterColumn:
    """A quarter with its column, whose pieces start from the top."""

    shown: QuarterShare
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class EmployerBar:
    """An employer with the bar of what takes of the contingent and what lies outside."""

    shown: EmployerYear
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A period with its place in the year, parted as its hours are."""

    period: PeriodSeen
    pieces: tuple[Piece, ...]


def bar(share: Share, *, outside: int = 0, whole: int) -> tuple[Piece, ...]:
    """Return the pieces of a bar from left to right; nothing is drawn of what is nothing."""
    return _pieces((("used", share.used), ("reserved", share.reserved), ("outside", outside)), start=0, whole=whole)


def column(share: Share, *, outside: int = 0, whole: int) -> tuple[Piece, ...]:
    """Return the pieces of a column that stands on its ground; `start` counts from the top."""
    pieces, top = [], whole
    for kind, length in (("used", share.used), ("reserved", share.reserved), ("outside", outside)):
        top -= length
        if length and whole:
            pieces.append(Piece(kind, _percent(top, whole), _percent(length, whole)))
    return tuple(pieces)


def quarter_columns(quarters: Sequence[QuarterShare]) -> tuple[QuarterColumn, ...]:
    """Return the columns of a year, all by the measure of the highest."""
    highest = max((each.share.granted + each.outside for each in quarters), default=0)
    return tuple(QuarterColumn(each, column(each.share, outside=each.outside, whole=highest)) for each in quarters)


def employer_bars(employers: Sequence[EmployerYear], *, limit: int) -> tuple[EmployerBar, ...]:
    """Return the bars of employers, all by the measure of the year's limit; of the longest where that goes beyond."""
    longest = max((each.share.granted + each.outside for each in employers), default=0)
    longest = max(longest, limit)
    return tuple(EmployerBar(each, bar(each.share, outside=each.outside, whole=longest)) for each in employers)


def lines_of(periods: Sequence[PeriodSeen], *, year: int, today: date) -> tuple[Line, ...]:
    """Return each period as a line across its year, cut by the shares of its hours."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = (last - first).days + 1
    lines = []
    for period in periods:
        starts, ends = max(period.starting_date, first), min(period.ending_date or last, last)
        length, shares = max(1, (ends - starts).days + 1), _shares(period, today=today)
        hours = sum(share for _, share in shares)
        cut = [(kind, length * share / hours) for kind, share in shares]
        lines.append(Line(period, _pieces(cut, start=(starts - first).days, whole=days)))
    return tuple(lines)


def day_of(today: date, *, year: int) -> str:
    """Return where today lies in its year; nothing in another one."""
    if today.year != year:
        return ""
    days = (date(year, 12, 31) - date(year, 1, 1)).days + 1
    return _percent((today - date(year, 1, 1)).days, days)


def _shares(period: PeriodSeen, *, today: date) -> Sequence[tuple[str, int]]:
    """Return of which kinds the hours of a period are, and how many of each; what has no hours is of one kind."""
    if period.is_cancelled:
        return (("cancelled", 1),)
    counted = "used" if is_over(period, today=today) else "reserved"
    shares = ((counted, period.granted), ("outside", period.exceeding), ("neutralised", period.neutralised))
    return [(kind, hours) for kind, hours in shares if hours] or ((counted, 1),)


def _pieces(parts: Iterable[tuple[str, float]], *, start: float, whole: int) -> tuple[Piece, ...]:
    pieces = []
    for kind, length in parts:
        if length and whole:
            pieces.append(Piece(kind, _percent(start, whole), _percent(length, whole)))
        start += length
    return tuple(pieces)


def _percent(part: float, whole: int) -> str:
    return f"{100 * part / whole:.2f}%"
