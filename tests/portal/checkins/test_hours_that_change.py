"""A correction says a time of day in Brussels: one that never was is refused, one that was twice is asked about."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from portal.pages.checkins.correction_forms import CorrectionForm
from tests.proving_documents import a_pdf


def a_form(day: str, time: str, **deviation: str) -> CorrectionForm:
    data = QueryDict(mutable=True)
    data.update({"day": day, "time": time, "justification": "The battery was empty.", **deviation})
    evidence = SimpleUploadedFile("log.pdf", a_pdf(), "application/pdf")
    return CorrectionForm(data, MultiValueDict({"evidence": [evidence]}))


def test_a_time_that_was_once_is_taken_without_a_question():
    form = a_form("2026-10-24", "02:30")
    assert form.is_valid()
    assert "change" not in form.fields
    assert form.at == datetime(2026, 10, 24, 0, 30, tzinfo=UTC)


def test_an_hour_that_was_twice_is_asked_about():
    form = a_form("2026-10-25", "02:30")
    assert form.errors == {"change": ["Say which of the two hours it was."]}
    assert list(form.fields)[:3] == ["day", "time", "change"]


@pytest.mark.parametrize(("change", "hour", "offset"), [("BEFORE", 0, 2), ("AFTER", 1, 1)])
def test_which_of_the_two_hours_it_was_is_kept(change: str, hour: int, offset: int):
    form = a_form("2026-10-25", "02:30", change=change)
    assert form.is_valid()
    assert form.at.astimezone(UTC) == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    assert form.at.utcoffset().total_seconds() == offset * 3600


def test_an_hour_that_never_was_is_refused():
    form = a_form("2026-03-29", "02:30")
    assert form.errors == {"time": ["There was no such time: the clocks were put forward that night."]}


@pytest.mark.parametrize(("day", "time"), [("", ""), ("2026-10-25", ""), ("none", "02:30"), ("2026-10-25", "none")])
def test_what_is_no_time_is_told_as_before(day: str, time: str):
    form = a_form(day, time)
    assert not form.is_valid()
    assert "change" not in form.fields
