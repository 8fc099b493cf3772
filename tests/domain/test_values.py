"""The small values: senders, quarters, tickets, sequences, channels, dates in Brussels, contingents, answers."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answers import FormResult, PeriodImpact, RegistrationImpact, ResultCode
from domain.brussels import brussels_date, brussels_time
from domain.channels import Channel
from domain.contingent import Grant, grant_late, grant_on_time, is_late, limit_of
from domain.findings import Finding, PeriodFacts, QuotaUnit, RegistrationFacts, Severity
from domain.quarters import Quarter
from domain.refusals import Refusal, RefusalCode
from domain.sender_numbers import SenderNumber
from domain.sequences import parse_answer_sequence, render_answer_sequence
from domain.student_declarations import EmployerId, JudgedForm
from domain.tickets import Ticket


@pytest.mark.parametrize("text", ["000001", "123456", "999999"])
def test_a_sender_number_is_six_digits(text: str):
    assert str(SenderNumber.parse(text)) == text


@pytest.mark.parametrize("text", ["000000", "12345", "1234567", "12345a", "12345\u0666", "123456\n"])
def test_anything_else_is_no_sender_number(text: str):
    with pytest.raises(ValueError, match="six digits"):
        SenderNumber.parse(text)


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 3, 31), "20261"),
        (date(2026, 4, 1), "20262"),
        (date(2024, 2, 29), "20241"),
        (date(2026, 12, 31), "20264"),
    ],
)
def test_a_day_lies_in_its_quarter(day: date, quarter: str):
    assert str(Quarter.of(day)) == quarter
    assert Quarter.parse(quarter) == Quarter.of(day)


@pytest.mark.parametrize("text", ["20265", "2026", "202610", "2026x", "20260"])
def test_anything_else_is_no_quarter(text: str):
    with pytest.raises(ValueError, match="YYYYQ"):
        Quarter.parse(text)


def test_quarters_are_counted_over_the_year():
    assert str(Quarter(2026, 4).shifted(1)) == "20271"
    assert str(Quarter(2026, 1).shifted(-1)) == "20254"


@given(st.binary(min_size=12, max_size=32))
def test_a_ticket_has_thirteen_characters_and_ends_in_z(randomness: bytes):
    ticket = Ticket.from_random(randomness)

    assert Ticket.parse(str(ticket)) == ticket
    assert ticket.value[-1] == "Z"


def test_a_ticket_needs_randomness():
    with pytest.raises(ValueError, match="12 random bytes"):
        Ticket.from_random(b"short")


@pytest.mark.parametrize("text", ["03804UDVFMW3", "03804udvfmw3z", "03804UDVFMW3Z\n"])
def test_anything_else_is_no_ticket(text: str):
    with pytest.raises(ValueError, match="ticket"):
        Ticket.parse(text)


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "00001"), (99_999, "99999"), (100_000, "A0000"), (100_001, "A0001"), (99_999 + 26 * 36**4, "ZZZZZ")],
)
def test_sequences_use_digits_first(number: int, text: str):
    assert render_answer_sequence(number) == text


@pytest.mark.parametrize("number", [1, 99_999, 100_000, 100_001, 123_456, 99_999 + 26 * 36**4])
def test_a_sequence_is_read_back(number: int):
    assert parse_answer_sequence(render_answer_sequence(number)) == number


@pytest.mark.parametrize(
    "text", ["00000", "0000A", "24AZG", "a0000", "0001", "000001", "00001\n", "", "\u0661\u0661\u0661\u0661\u0661"]
)
def test_no_answer_has_another_sequence(text: str):
    assert parse_answer_sequence(text) is None


@pytest.mark.parametrize("number", [0, 100_000 + 26 * 36**4])
def test_a_sequence_has_five_characters(number: int):
    with pytest.raises(ValueError, match="five characters"):
        render_answer_sequence(number)


def test_channels_have_the_numbers_of_the_glossary():
    assert [channel.zone_number for channel in Channel] == [14, 0, 13]


@pytest.mark.parametrize(
    ("instant", "day", "time"),
    [
        (datetime(2026, 6, 30, 21, 59, 59, 999_000, tzinfo=UTC), date(2026, 6, 30), "23:59:59.999"),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1), "00:00:00.000"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1), "00:00:00.000"),
    ],
)
def test_dates_are_those_of_brussels_in_summer_and_winter(instant: datetime, day: date, time: str):
    assert (brussels_date(instant), brussels_time(instant)) == (day, time)


@pytest.mark.parametrize(
    ("year", "amount", "unit"),
    [
        (2011, 0, QuotaUnit.DAYS),
        (2012, 50, QuotaUnit.DAYS),
        (2016, 50, QuotaUnit.DAYS),
        (2017, 475, QuotaUnit.HOURS),
        (2022, 475, QuotaUnit.HOURS),
        (2023, 600, QuotaUnit.HOURS),
        (2025, 650, QuotaUnit.HOURS),
        (2030, 650, QuotaUnit.HOURS),
    ],
)
def test_each_year_has_its_limit(year: int, amount: int, unit: QuotaUnit):
    assert (limit_of(year).amount, limit_of(year).unit) == (amount, unit)


def test_before_the_first_limit_there_is_none():
    with pytest.raises(ValueError, match="1899"):
        limit_of(1899)


@given(st.integers(1, 999), st.integers(0, 650), st.integers(0, 700))
def test_a_grant_never_exceeds_the_limit_nor_the_plan(planned: int, limit: int, others: int):
    grant = grant_on_time(planned, limit=limit, others=others)

    assert 0 <= grant.granted <= planned
    assert grant.granted + min(others, limit) <= limit
    assert grant.granted + grant.exceeding == planned


def test_a_late_declaration_is_granted_nothing():
    assert grant_late(38) == Grant(38, 0)


def test_lateness_begins_at_midnight_in_brussels():
    start = date(2026, 7, 1)

    assert not is_late(datetime(2026, 7, 1, 21, 59, 59, tzinfo=UTC), start)
    assert is_late(datetime(2026, 7, 1, 22, 0, tzinfo=UTC), start)


def test_a_refusal_says_its_code_and_sentence():
    refusal = Refusal(RefusalCode.SIGNATURE_INVALID, "digest differs")

    assert (refusal.code, refusal.sentence, str(refusal)) == ("ACRF-125", "digest differs", "ACRF-125: digest differs")


def test_an_employer_without_a_number_is_empty():
    assert EmployerId().is_empty
    assert not EmployerId(company="0412345614").is_empty


BLOCKING = Finding("90059-134", Severity.BLOCKING, "nothing is declared")
REMARK = Finding("90017-369", Severity.NON_PERCENTAGE, "too much is planned")


@pytest.mark.parametrize(("finding", "result"), [(BLOCKING, ResultCode.REFUSED), (REMARK, ResultCode.ACCEPTED)])
def test_only_a_blocking_finding_refuses(finding: Finding, result: ResultCode):
    form = JudgedForm(1, None, (), None, None, None, (finding,))
    answer = FormResult(Ticket("03804UDVFMW3Z"), None, (), None, None, (finding,))

    assert answer.result is result
    assert form.is_blocked is (result is ResultCode.REFUSED)


def test_an_impact_shows_the_newest_state():
    before = PeriodFacts("610000000192", date(2026, 7, 1), date(2026, 7, 2), 8, None, "XXX", "STU")
    after = PeriodFacts("610000000192", date(2026, 7, 1), date(2026, 7, 3), 8, None, "XXX", "STU")

    assert PeriodImpact(before, after).period is after
    assert PeriodImpact(before, None).period is before
    with pytest.raises(ValueError, match="one state"):
        _ = PeriodImpact(None, None).period


def test_an_impact_on_a_registration_names_a_state():
    facts = RegistrationFacts("620000000061", "610000000192", date(2026, 7, 1), "", date(2026, 7, 1), "")

    assert RegistrationImpact(facts, None).registration is facts
    with pytest.raises(ValueError, match="state"):
        _ = RegistrationImpact(None, None).registration
