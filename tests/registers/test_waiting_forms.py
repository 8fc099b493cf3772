"""A start of employment without a number waits, encrypted, until its worker is identified."""

from dataclasses import replace
from datetime import date

import pytest

from domain.answers import ResultCode
from domain.findings import Finding, Location, Severity
from domain.identifiers import insz
from domain.refusals import OutageError
from domain.student_declarations import Address, ControlCards, PlaceOfWork, Reference, SmallStatutes, UserFirm
from registers.persons.models import Person
from registers.persons.numbers import PersonDirectory
from registers.student_days.models import Declaration, PendingForm, Period
from registers.student_days.pending_forms import keep_forms, read_form
from tests.registers.conftest import NOOR, STRANGER, Filer, a_form, an_action, codes

NUMBER = insz(60_309_002, born_from_2000=True)


def directory(filer: Filer) -> PersonDirectory:
    return PersonDirectory(filer.keys, environment=filer.environment)


def test_a_form_with_all_details_waits_and_is_no_declaration_yet(filer: Filer):
    waiting, other = filer(an_action(insz=None, person=NOOR), an_action())

    assert (waiting.result, other.result) == (ResultCode.TO_VALIDATE, ResultCode.ACCEPTED)
    assert waiting.diagnosis is None
    assert Declaration.objects.get().form_index == 2
    assert (Period.objects.count(), Person.objects.count()) == (1, 1)
    assert PendingForm.objects.get().ticket == str(waiting.ticket)


def test_nothing_of_the_worker_is_readable_in_the_table(filer: Filer):
    filer(an_action(insz=None, person=NOOR))

    ciphertext = bytes(PendingForm.objects.get().ciphertext)
    assert not any(value.encode() in ciphertext for value in ("Peeters", "Noor", "2006-03-09"))


@pytest.mark.parametrize("missing", ["name", "first_name", "birth_date", "birth_place", "sex", "city", "nationality"])
def test_a_form_that_lacks_a_detail_is_refused(filer: Filer, missing: str):
    (result,) = filer(an_action(insz=None, person=replace(NOOR, **{missing: None})))

    assert codes(result) == ["90017-363"]
    assert not PendingForm.objects.exists()


def test_a_form_for_an_employer_without_a_mandate_does_not_wait(filer: Filer):
    (result,) = filer(an_action(insz=None, person=NOOR, employer=STRANGER))

    assert codes(result) == ["90256-155"]


def test_a_waiting_form_is_read_as_it_was(filer: Filer):
    action = an_action(
        insz=None,
        person=NOOR,
        place_of_work=PlaceOfWork("D", Address("Kouter", "12", None, "9000", "Gent", "150")),
        user_firm=UserFirm("124", "Firm", None, Address("Meir", "1", None, "2000", "Antwerpen", "150")),
        cards=ControlCards("1", "2"),
        small_statutes=SmallStatutes("WORKER", None, "F2"),
    )
    form = replace(a_form(action), references=(Reference("1", "1", "STU-1"),), line=7, position=3)
    (result,) = filer(an_action(insz=None, person=NOOR))
    pending = PendingForm.objects.get(ticket=str(result.ticket))
    pending.key_id, pending.ciphertext = directory(filer).hide(_written(form))

    assert read_form(pending, persons=directory(filer)) == form


def test_what_was_noted_of_a_form_waits_with_it(filer: Filer):
    noted = Finding(
        "01135-420", Severity.WARNING, "more hours than days", "PlannedHoursNbr", "999", Location(7, 9, "1,1,6,3")
    )
    form = replace(a_form(an_action(insz=None, person=NOOR, planned_hours=999)), findings=(noted,))
    assert filer.file_form(form).result is ResultCode.TO_VALIDATE
    waited = read_form(PendingForm.objects.get(), persons=directory(filer))

    assert waited.findings == (noted,)
    filer.file_form(replace(waited, insz=NUMBER, action=replace(waited.action, insz=NUMBER)))
    assert Declaration.objects.get().codes == ["01135-420", "90017-369"]


def test_an_open_end_is_kept_open(filer: Filer):
    filer(an_action(insz=None, person=NOOR, worker_type="OTH", ending_date=None, planned_hours=None))
    form = read_form(PendingForm.objects.get(), persons=directory(filer))

    assert (form.action.starting_date, form.action.ending_date) == (date(2026, 7, 2), None)


def test_a_form_that_was_tampered_with_does_not_open(filer: Filer):
    filer(an_action(insz=None, person=NOOR))
    pending = PendingForm.objects.get()
    pending.ciphertext = bytes(pending.ciphertext)[:-1] + b"\0"

    with pytest.raises(OutageError):
        read_form(pending, persons=directory(filer))


def test_nothing_is_kept_where_nothing_waits(filer: Filer, django_assert_num_queries):
    with django_assert_num_queries(0):
        keep_forms([], persons=directory(filer), context=None)


def _written(form) -> str:
    from registers.student_days import pending_forms  # noqa: PLC0415 - what the table holds, for this test alone

    return pending_forms._write(form)
