"""Forms of every fate about few students, the same at every run."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

from domain.identifiers import insz, period_id
from domain.quarters import Quarter
from tests.dimona_files import a_cancel, an_in, an_out, an_update

TODAY = date(2026, 7, 1)


def mixed_forms(count: int, *, seed: int, today: date = TODAY, known: Sequence[str] = ()) -> list[str]:
    """Return forms that open, exceed, are late, doubled, overlapping, refused or about an unknown period.

    Where periods are `known`, a third of the forms change, end or cancel one of them.
    """
    dice = random.Random(seed)  # noqa: S311 - the same forms at every run
    return [
        _change(dice, today, dice.choice(known))
        if known and dice.random() < 0.33
        else _mixed(dice, today, count, number)
        for number in range(count)
    ]


def _mixed(dice: random.Random, today: date, count: int, number: int) -> str:
    start = today + timedelta(days=dice.randrange(-2, 60))
    quarter_end = Quarter.of(start).shifted(1).first_day - timedelta(days=1)
    fate = dice.random()
    if fate < 0.85:
        return an_in(
            insz=insz(50714_000 + dice.randrange(count // 3 + 2), born_from_2000=True),
            start=start,
            end=min(start + timedelta(days=dice.randrange(30)), quarter_end),
            hours=dice.randrange(1, 400),
            nsso=dice.choice(["012345674", "012345674", "012345674", "123456749"]),
            reference=str(number),
            created=today,
        )
    if fate < 0.9:
        return an_in(insz="85011512300", start=start, end=start, reference=str(number), created=today)
    if fate < 0.95:
        return an_in(start="2026-13-01", reference=str(number), created=today)
    if fate < 0.98:
        return a_cancel(period_id(9_000_000_000 + number), created=today)
    return an_out(period_id(9_000_000_000 + number), created=today)


def _change(dice: random.Random, today: date, known: str) -> str:
    fate = dice.random()
    if fate < 0.4:
        return an_update(known, hours=dice.randrange(1, 700), created=today)
    day = today + timedelta(days=dice.randrange(-2, 70))
    if fate < 0.6:
        return an_update(known, hours=dice.randrange(1, 300), end=day, created=today)
    if fate < 0.8:
        return an_out(known, end=day, created=today)
    return a_cancel(known, created=today)
