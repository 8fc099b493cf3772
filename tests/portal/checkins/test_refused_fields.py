"""Where the register refuses a check-in, the field that another number can mend is marked and keeps what was given."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pytest

from domain.checkins.codes import RefusalCode
from domain.checkins.items import Item
from domain.checkins.outcomes import Refused
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.words import OWN_REFUSALS
from registers.checkins.models import WorkPlace
from tests.portal.checkins.acting import ago, bring, did, kept
from tests.portal.checkins.conftest import COMPANY, OTHER_PLACE, PLACE, Visitor, a_place

pytestmark = pytest.mark.django_db
PLACES, COMPANIES = ("place", "number"), ("employer", "company")
FIELDS = {
    RefusalCode.EMPLOYER_INVALID: COMPANIES,
    RefusalCode.EMPLOYER_UNKNOWN: COMPANIES,
    RefusalCode.WORK_PLACE_INVALID: PLACES,
    RefusalCode.KIND_NOT_OF_SECTOR: PLACES,
    RefusalCode.NO_MANDATE: COMPANIES,
}
"""By code, the field where one chooses and the one where one types."""
CODES = pytest.mark.parametrize("code", FIELDS, ids=str)


@dataclass(frozen=True)
class Refusing:
    """A desk that refuses everything with one code, also with those that the form finds first, or nobody gives yet."""

    code: RefusalCode

    def take(self, items: Sequence[Item], **_: Any) -> list[Refused]:
        return [Refused((self.code,)) for _ in items]


def refuse_with(code: RefusalCode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkin_counter(), "desk", Refusing(code))


@CODES
def test_what_was_typed_is_marked_and_stays(worker: Visitor, place: WorkPlace, monkeypatch, code):
    refuse_with(code, monkeypatch)
    answer = worker.send("/check-in", status=422, act="in", number=PLACE, company=COMPANY)
    marked = answer.context["form"].errors
    assert dict(marked) == {FIELDS[code][1]: [str(OWN_REFUSALS[code])]}
    page = answer.content.decode()
    assert f'id="id_{FIELDS[code][1]}-error"' in page
    assert f'value="{PLACE}"' in page
    assert f'value="{COMPANY}"' in page


@CODES
def test_what_was_chosen_is_marked_and_stays(worker: Visitor, place: WorkPlace, monkeypatch, code):
    a_place(OTHER_PLACE, name="Library")
    did(worker, "in", "out", place=OTHER_PLACE)
    refuse_with(code, monkeypatch)
    answer = worker.send("/check-in", status=422, act="in", place=OTHER_PLACE, employer=COMPANY)
    form = answer.context["form"]
    assert dict(form.errors) == {FIELDS[code][0]: [str(OWN_REFUSALS[code])]}
    assert (form["place"].value(), form["employer"].value()) == (OTHER_PLACE, COMPANY)
    assert f'id="id_{FIELDS[code][0]}-error"' in answer.content.decode()


@CODES
def test_a_phone_keeps_the_act_and_asks_for_the_number_that_it_lacks(
    worker: Visitor, place: WorkPlace, monkeypatch, code
):
    refuse_with(code, monkeypatch)
    answer = bring(worker, kept(at=ago(hours=2)))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.json() == {
        "message": str(OWN_REFUSALS[code]),
        "lacks": "place" if FIELDS[code] is PLACES else "company",
    }


@pytest.mark.parametrize("code", [RefusalCode.TOO_OLD, RefusalCode.INSS_INVALID], ids=str)
def test_what_no_other_number_mends_is_told_above_and_asks_for_none(worker: Visitor, place, monkeypatch, code):
    refuse_with(code, monkeypatch)
    answer = worker.send("/check-in", status=422, act="in", number=PLACE, company=COMPANY)
    assert dict(answer.context["form"].errors) == {"__all__": [str(OWN_REFUSALS[code])]}
    assert bring(worker, kept(at=ago(hours=2))).json()["lacks"] == ""


def test_a_sector_of_days_refuses_a_check_out_at_its_number(worker: Visitor):
    """The one code of these that the register itself gives a worker at the page of another sector."""
    a_place(OTHER_PLACE, sector="CONSTRUCTION")
    answer = bring(worker, kept(act="out", place=OTHER_PLACE))
    assert answer.json()["lacks"] == "place"
