"""Access codes: how they are written, read, kept, and when they end."""

from datetime import UTC, datetime

import pytest

from registers.persons.numbers import PersonKeys
from registers.student_days.questions.access_codes import AccessCode, CodeKey, draw_number, end_of_validity, year_of

CODE = AccessCode("7Q4M9ZK2HX3P0WNT")


def test_a_code_is_written_in_groups_of_four():
    assert str(CODE) == "7Q4M-9ZK2-HX3P-0WNT"


def test_a_code_shows_itself_in_no_log():
    assert ("7Q4M" in repr(CODE), "7Q4M" in repr(CodeKey(b"7Q4M"))) == (False, False)


@pytest.mark.parametrize(
    "typed",
    [
        "7q4m-9zk2-hx3p-0wnt",
        " 7Q4M 9ZK2 HX3P 0WNT ",
        "7Q4M9ZK2HX3POWNT",
        "7Q4M-9ZK2-HX3P-oWNT",
        "7Q4M\u20139ZK2\u2014HX3P\u20110WNT",
        "7Q4M\u00a09ZK2 HX3P 0WNT",
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str):
    assert AccessCode.parse(typed) == CODE


@pytest.mark.parametrize(
    "typed", ["", "7Q4M", "7Q4M-9ZK2-HX3P-0WNU", "7Q4M-9ZK2-HX3P-0WNTT", "7Q4M9ZK2HX3P0WÑT", "\u0667" * 16]
)
def test_anything_else_is_no_code(typed: str):
    assert AccessCode.parse(typed) is None


def test_every_drawn_code_can_be_read_back():
    for byte in range(256):
        code = AccessCode.draw(lambda count, byte=byte: bytes([byte]) * count)
        assert AccessCode.parse(str(code)) == code


def test_all_random_bits_are_in_the_code():
    zero, one = (AccessCode.draw(lambda count, last=last: bytes(count - 1) + bytes([last])) for last in (0, 1))
    high = AccessCode.draw(lambda count: b"\x80" + bytes(count - 1))

    assert len({zero, one, high}) == 3


def test_a_code_is_hashed_under_a_key_that_is_not_that_of_the_persons(keys: PersonKeys):
    key = CodeKey.derive(keys)

    assert key.value != keys.index
    assert len(key.hash(CODE)) == 32
    assert key.hash(CODE) != CodeKey.derive(PersonKeys("k", {}, b"other")).hash(CODE)


def test_the_number_of_an_attestation_begins_with_its_year():
    assert draw_number(2026, bytes) == "2026-00000000"


@pytest.mark.parametrize(
    ("issued", "ends"),
    [
        (datetime(2026, 3, 15, 9, tzinfo=UTC), datetime(2026, 6, 15, 22, tzinfo=UTC)),
        (datetime(2026, 7, 31, 9, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC)),
        (datetime(2026, 8, 31, 9, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC)),
        (datetime(2026, 9, 30, 21, 59, tzinfo=UTC), datetime(2026, 12, 30, 23, tzinfo=UTC)),
        (datetime(2026, 9, 30, 22, 0, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)),
        (datetime(2023, 11, 30, 9, tzinfo=UTC), datetime(2023, 12, 31, 23, tzinfo=UTC)),
    ],
)
def test_a_code_ends_with_the_day_three_months_later_but_never_in_another_year(issued: datetime, ends: datetime):
    assert end_of_validity(issued) == ends


def test_the_current_year_is_that_of_brussels():
    assert year_of(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == 2027
