"""What refuses a check-in at any door: one deviation each, and the instants at which a day or a tolerance ends."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.checkins.codes import RefusalCode
from domain.checkins.items import Employer, Item, Worker
from domain.checkins.limits import TimeLimits
from domain.identifiers import insz
from tests.checkin_items import (
    BADGE_LOG,
    COMPANY,
    FIRM,
    INSS,
    RECEIVED,
    a_cancellation,
    a_correction,
    a_day,
    a_missing_event,
    a_request_for_a_missing_event,
    an_event,
)
from validators.checkins import judge_item

LIMITS = TimeLimits()
SECOND = timedelta(seconds=1)


def codes_of(item: Item, *, received_at: datetime = RECEIVED, rules: TimeLimits = LIMITS) -> str:
    return " ".join(judge_item(item, received_at=received_at, rules=rules))


SOUND = {
    "a day presence without a date": a_day(),
    "a day presence for today": a_day(date=date(2026, 11, 23)),
    "a day presence for tomorrow": a_day(date=date(2026, 11, 24)),
    "a posted worker by the Limosa number alone": a_day(worker=Worker(limosa_id="24910158641968060"), employer=None),
    "a worker born from 2000 on": a_day(worker=Worker(inss="05011512353")),
    "a bis number": a_day(worker=Worker(inss=insz(854115123, born_from_2000=False))),
    "a bis number without a day of birth": a_day(worker=Worker(inss=insz(852100123, born_from_2000=False))),
    "an event of this minute": an_event(),
    "an event of a foreign employer": an_event(employer=Employer(foreign_vat="PL5260250274")),
    "an event by a clock that is ahead as far as is tolerated": an_event(at=RECEIVED + timedelta(seconds=120)),
    "an event of exactly a day ago": an_event(at=RECEIVED - timedelta(hours=24)),
    "a cancellation by id": a_cancellation(),
    "a cancellation by reference": a_cancellation(registration_id=None, reference="PLN-1"),
    "a correction of an instant": a_correction(),
    "a correction of a work place": a_correction(corrected_at=None, corrected_work_place="1Y1003TESTC3Z"),
    "a correction to the first second of 2000 in Brussels": a_correction(
        corrected_at=datetime(1999, 12, 31, 23, tzinfo=UTC)
    ),
    "a request for a missing event": a_request_for_a_missing_event(),
    "a request with as much evidence as may be": a_correction(evidence=(BADGE_LOG,) * 5),
}
REFUSED = {
    "a day presence for yesterday": (a_day(date=date(2026, 11, 22)), "6"),
    "a day presence for the day after tomorrow": (a_day(date=date(2026, 11, 25)), "6"),
    "a national number with wrong check digits": (a_day(worker=Worker(inss="85011512300")), "5"),
    "a bis number whose check digits are wrong by one": (a_day(worker=Worker(inss="90231512324")), "5"),
    "a national number of ten digits": (a_day(worker=Worker(inss=INSS[1:])), "5"),
    "a national number in other digits than ours": (a_day(worker=Worker(inss="٨٥٠١١٥١٢٣٥٥")), "5"),
    "nobody": (a_day(worker=Worker()), "5"),
    "a Limosa number beside a national number": (a_day(worker=Worker(INSS, "24910158641968060")), "P208"),
    "a Limosa number beside an employer": (a_day(worker=Worker(limosa_id="24910158641968060")), "P208"),
    "a Limosa number beside an employer of an event": (an_event(worker=Worker(limosa_id="24910158641968060")), "P208"),
    "a Limosa number with a blank": (a_day(worker=Worker(limosa_id="2491 0158"), employer=None), "P208"),
    "a Limosa number of 25 characters": (a_day(worker=Worker(limosa_id="1" * 25), employer=None), "P208"),
    "an employer with wrong check digits": (a_day(employer=Employer("0877665503")), "2"),
    "an employer without its leading zero": (a_day(employer=Employer(COMPANY[1:])), "2"),
    "an employer that begins with 2": (a_day(employer=Employer("2877665502")), "2"),
    "no employer": (a_day(employer=None), "2"),
    "an employer without a number": (a_day(employer=Employer()), "2"),
    "an employer with two numbers": (a_day(employer=Employer(COMPANY, "PL5260250274")), "2"),
    "a foreign VAT number without a country": (a_day(employer=Employer(foreign_vat="5260250274")), "2"),
    "a Belgian VAT number as a foreign one": (a_day(employer=Employer(foreign_vat="BE0877665502")), "2"),
    "a work place with the letter O": (a_day(work_place_id="1Y1OO3TESTA1Z"), "4"),
    "a work place with the letter I": (a_day(work_place_id="IY1003TESTA1Z"), "4"),
    "a work place in small letters": (a_day(work_place_id="1y1003testa1z"), "4"),
    "a work place of 12 characters": (a_day(work_place_id="1Y1003TESTA1"), "4"),
    "a work place with a line end": (a_day(work_place_id="1Y1003TESTA1Z\n"), "4"),
    "several faults of a day presence": (
        a_day(date=date(2026, 1, 1), worker=Worker(), employer=None, work_place_id=""),
        "6 5 2 4",
    ),
    "an event beyond the tolerance": (an_event(at=RECEIVED + timedelta(seconds=121)), "P201"),
    "an event of more than a day ago": (an_event(at=RECEIVED - timedelta(hours=24) - SECOND), "P203"),
    "an event of the year 1": (an_event(at=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))), "P203"),
    "an event of the year 9999": (
        an_event(at=datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=12)))),
        "P201",
    ),
    "a worker of an event": (an_event(worker=Worker("85011512300")), "5"),
    "a cancellation for no reason of the list": (a_cancellation(reason=None), "11"),
    "a cancellation of nothing": (a_cancellation(registration_id=None), "7"),
    "a cancellation of id 0": (a_cancellation(registration_id=0), "7"),
    "a cancellation of an id of 16 digits": (a_cancellation(registration_id=10**15), "7"),
    "a correction of nothing": (a_correction(registration_id=None), "P303"),
    "a correction of two things": (a_correction(missing=a_missing_event()), "P303"),
    "a correction of an id of 16 digits": (a_correction(registration_id=10**15), "7"),
    "a correction of id 0": (a_correction(registration_id=0), "7"),
    "a correction that corrects nothing": (a_correction(corrected_at=None), "P306"),
    "a missing event without its instant": (
        a_request_for_a_missing_event(corrected_at=None, corrected_work_place="1Y1003TESTB7Z"),
        "P306",
    ),
    "a missing event of nobody": (a_request_for_a_missing_event(missing=a_missing_event(worker=Worker())), "5"),
    "a corrected instant in the future": (a_correction(corrected_at=RECEIVED + timedelta(seconds=121)), "P201"),
    "a corrected instant of the year 1": (
        a_correction(corrected_at=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))),
        "P301",
    ),
    "a corrected instant of the last second of 1999 in Brussels": (
        a_correction(corrected_at=datetime(1999, 12, 31, 22, 59, 59, tzinfo=UTC)),
        "P301",
    ),
    "a missing event of 1999": (
        a_request_for_a_missing_event(corrected_at=datetime(1999, 6, 1, 8, tzinfo=UTC)),
        "P301",
    ),
    "a corrected work place of another shape": (a_correction(corrected_work_place="HERE"), "4"),
    "a correction without evidence": (a_correction(evidence=()), "P302"),
    "a correction with too much evidence": (a_correction(evidence=(BADGE_LOG,) * 6), "P302"),
}


@pytest.mark.parametrize("case", SOUND)
def test_a_sound_item_is_refused_for_nothing(case: str) -> None:
    assert codes_of(SOUND[case]) == ""


@pytest.mark.parametrize("case", REFUSED)
def test_an_item_is_refused_for_its_one_deviation(case: str) -> None:
    item, codes = REFUSED[case]
    assert codes_of(item) == codes


MIDNIGHT = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
"""Of Brussels, in winter."""
DAYS = {
    "today, a second before midnight": (MIDNIGHT - SECOND, date(2026, 11, 22), ""),
    "tomorrow, a second before midnight": (MIDNIGHT - SECOND, date(2026, 11, 23), ""),
    "yesterday, at midnight itself": (MIDNIGHT, date(2026, 11, 22), "6"),
    "tomorrow, at midnight itself": (MIDNIGHT, date(2026, 11, 24), ""),
    "the day after tomorrow, a second before midnight": (MIDNIGHT - SECOND, date(2026, 11, 24), "6"),
    "the day in UTC, an hour after midnight in Brussels": (MIDNIGHT, date(2026, 11, 22), "6"),
    "midnight in summer": (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 1), "6"),
    "a second before midnight in summer": (datetime(2026, 7, 1, 21, 59, 59, tzinfo=UTC), date(2026, 7, 1), ""),
    "the day of 25 hours": (datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC), date(2026, 10, 25), ""),
    "the day of 23 hours": (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 29), "6"),
    "the last day of a year for the next": (datetime(2026, 12, 31, 22, 0, tzinfo=UTC), date(2027, 1, 1), ""),
}


@pytest.mark.parametrize("case", DAYS)
def test_today_is_the_day_in_brussels_at_reception(case: str) -> None:
    received_at, day, codes = DAYS[case]
    assert codes_of(a_day(date=day), received_at=received_at) == codes


SUMMER, WINTER = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("at", "codes"),
    [
        (datetime(2026, 10, 25, 2, 30, tzinfo=SUMMER), "P203"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=WINTER), ""),
    ],
)
def test_an_hour_that_comes_twice_is_told_by_its_offset(at: datetime, codes: str) -> None:
    """Received a day after 02:30 in winter time, when the clock of October is set back."""
    assert codes_of(an_event(at=at), received_at=datetime(2026, 10, 26, 1, 30, tzinfo=UTC)) == codes


@pytest.mark.parametrize(
    ("at", "codes"),
    [
        (datetime(2026, 3, 29, 2, 30, tzinfo=WINTER), ""),
        (datetime(2026, 3, 29, 2, 30, tzinfo=SUMMER), "P203"),
        (datetime(2026, 3, 29, 3, 29, 59, tzinfo=SUMMER), "P203"),
    ],
)
def test_an_hour_that_never_comes_is_told_by_its_offset(at: datetime, codes: str) -> None:
    """Received a day after 01:30 UTC: 02:30 in winter time, which no clock in Brussels showed, and 03:30 in summer time."""
    assert codes_of(an_event(at=at), received_at=datetime(2026, 3, 30, 1, 30, tzinfo=UTC)) == codes


def test_limits_are_arguments() -> None:
    item = an_event(at=RECEIVED - timedelta(hours=2))
    assert codes_of(item, rules=TimeLimits(oldest_event=timedelta(hours=1))) == "P203"


@given(text=st.text(max_size=30))
def test_no_text_breaks_the_judge(text: str) -> None:
    for worker, employer in (
        (Worker(inss=text), Employer(text)),
        (Worker(limosa_id=text), Employer(foreign_vat=text)),
        (Worker(text, text), FIRM),
    ):
        found = judge_item(
            a_day(worker=worker, employer=employer, work_place_id=text), received_at=RECEIVED, rules=LIMITS
        )
        assert all(isinstance(code, RefusalCode) for code in found)
