"""Who is known as staff of a company and says that it is his own is asked once more, and is then taken as he says."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import lxml.html
import pytest
from django.utils.translation import override

from domain.brussels import brussels_date
from portal.pages.checkins.choices import ForWhom, named_for
from portal.pages.checkins.words import NOT_ONES_OWN
from registers.checkins.models import Presence, WorkPlace
from tests.portal.checkins.acting import ago, bring, did, kept, newest
from tests.portal.checkins.conftest import COMPANY, OTHER_PLACE, PLACE, UNKNOWN_PLACE, Visitor, a_place
from tests.portal.checkins.test_acts import OTHER_COMPANY
from tests.registers.checkins.employing import employ

pytestmark = pytest.mark.django_db
OWN = f"{COMPANY}/SELF_EMPLOYED"
QUESTION = "You are known here as an employee of this company."


def declared(worker: Visitor) -> None:
    employ(worker.person_id)


def derived(worker: Visitor) -> None:
    _registered_as(worker, derived_capacity="EMPLOYEE", derived_from="DIMONA")


def told_by_the_employer(worker: Visitor) -> None:
    _registered_as(worker, capacity="TEMP_WORKER", capacity_source="DECLARED")


def _registered_as(worker: Visitor, *, days_ago: int = 0, **facts: str) -> None:
    """Have him registered, of whom nobody knows as what, and once before, so many days ago, as that."""
    did(worker, "in", "out", minutes_ago=60)
    row = newest()
    row.number, row.event_at = row.number + 90, row.event_at - timedelta(days=days_ago, minutes=1)
    row.registration_date = brussels_date(row.event_at)
    for name, fact in facts.items():
        setattr(row, name, fact)
    row.save(force_insert=True)


KNOWN = (declared, derived, told_by_the_employer)


def one_that_ended(worker: Visitor) -> None:
    employ(worker.person_id, ending_date=brussels_date(datetime.now(UTC)) - timedelta(days=1))


def one_that_was_cancelled(worker: Visitor) -> None:
    employ(worker.person_id, state="CANCELLED")


def one_of_another_company(worker: Visitor) -> None:
    employ(worker.person_id, company=OTHER_COMPANY)


def one_of_which_nobody_knows(worker: Visitor) -> None:
    did(worker, "in", "out", minutes_ago=60)


def one_of_long_ago(worker: Visitor) -> None:
    _registered_as(worker, days_ago=61, derived_capacity="EMPLOYEE", derived_from="DIMONA")


def one_that_was_withdrawn(worker: Visitor) -> None:
    _registered_as(worker, derived_capacity="EMPLOYEE", derived_from="DIMONA", status="CANCELLED")


NOT_KNOWN = (
    one_that_ended,
    one_that_was_cancelled,
    one_of_another_company,
    one_of_which_nobody_knows,
    one_of_long_ago,
    one_that_was_withdrawn,
)


@pytest.mark.parametrize("settle", KNOWN, ids=lambda settle: settle.__name__)
def test_the_form_asks_an_employee_once_more_whether_the_company_is_his_own(
    worker: Visitor, place: WorkPlace, settle: Callable[[Visitor], None]
):
    settle(worker)
    before = Presence.objects.count()
    said = {"act": "in", "place": PLACE, "number": PLACE, "company": COMPANY, "self_employed": "on"}
    answer = worker.send("/check-in", HTTPStatus.OK, **said)
    page = answer.content.decode()
    assert QUESTION in page
    assert 'id="id_self_employed-error"' in page
    assert Presence.objects.count() == before
    (own,) = re.findall(r'type="hidden" name="own" value="([^"]*)"', page)
    worker.send("/check-in", **said, own=own)
    assert newest().capacity == "SELF_EMPLOYED"


@pytest.mark.parametrize("settle", KNOWN, ids=lambda settle: settle.__name__)
def test_a_phone_asks_an_employee_once_more_whether_the_company_is_his_own(
    worker: Visitor, place: WorkPlace, settle: Callable[[Visitor], None]
):
    settle(worker)
    before = Presence.objects.count()
    answer = bring(worker, kept(employer=OWN))
    assert answer.status_code == HTTPStatus.CONFLICT
    assert (answer.json()["ask"].startswith(QUESTION), answer.json()["lacks"]) == (True, "capacity")
    assert Presence.objects.count() == before
    assert bring(worker, kept(employer=OWN, own=OWN)).status_code == HTTPStatus.OK
    assert newest().capacity == "SELF_EMPLOYED"


@pytest.mark.parametrize("settle", NOT_KNOWN, ids=lambda settle: settle.__name__)
def test_whoever_is_not_known_as_staff_is_believed_at_once(
    worker: Visitor, place: WorkPlace, settle: Callable[[Visitor], None]
):
    settle(worker)
    assert bring(worker, kept(employer=OWN)).status_code == HTTPStatus.OK
    assert newest().capacity == "SELF_EMPLOYED"


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_the_question_names_the_choice_as_the_list_calls_it_and_only_for_who_chose_from_one(language: str):
    with override(language):
        called = named_for(ForWhom.read(OWN), {}).removeprefix(f"{COMPANY}, ")
        *_others, untick, choose = re.split(r"(?<=\.) ", str(NOT_ONES_OWN))
    assert called in choose
    assert called not in untick


def test_an_employee_who_says_nothing_of_an_own_company_is_asked_nothing(worker: Visitor, place: WorkPlace):
    employ(worker.person_id)
    assert bring(worker, kept()).status_code == HTTPStatus.OK


def test_what_was_confirmed_of_one_company_is_not_of_another(worker: Visitor, place: WorkPlace):
    employ(worker.person_id)
    answer = bring(worker, kept(employer=OWN, own=f"{OTHER_COMPANY}/SELF_EMPLOYED"))
    assert answer.status_code == HTTPStatus.CONFLICT


@pytest.mark.parametrize(
    "deviation",
    [{"at": ago(minutes=2)}, {"own": None}, {"act": "out"}],
    ids=["kept without a connection", "of a page that cannot ask", "a check-out"],
)
def test_what_cannot_be_asked_any_more_is_taken_as_it_is(worker: Visitor, place: WorkPlace, deviation):
    employ(worker.person_id)
    assert bring(worker, kept(employer=OWN) | deviation).status_code == HTTPStatus.OK
    assert newest().capacity == "SELF_EMPLOYED"


def test_the_form_asks_about_the_work_place_and_the_company_at_once(worker: Visitor, place: WorkPlace):
    employ(worker.person_id)
    said = {"act": "in", "number": UNKNOWN_PLACE, "company": COMPANY, "self_employed": "on"}
    page = worker.send("/check-in", HTTPStatus.OK, **said).content.decode()
    assert QUESTION in page
    assert "No work place of this number is known." in page
    answers = dict(re.findall(r'type="hidden" name="(sure|own)" value="([^"]*)"', page))
    assert answers == {"sure": UNKNOWN_PLACE, "own": OWN}
    worker.send("/check-in", **said, **answers)
    assert (newest().work_place, newest().capacity) == (UNKNOWN_PLACE, "SELF_EMPLOYED")


def test_a_phone_is_asked_about_the_work_place_and_then_about_the_company(worker: Visitor, place: WorkPlace):
    employ(worker.person_id)
    said = {"place": UNKNOWN_PLACE, "employer": OWN}
    assert bring(worker, kept(**said)).json()["lacks"] == "place"
    assert bring(worker, kept(**said, sure=UNKNOWN_PLACE)).json()["lacks"] == "capacity"
    assert bring(worker, kept(**said, sure=UNKNOWN_PLACE, own=OWN)).status_code == HTTPStatus.OK


def test_who_is_there_for_his_own_company_already_checks_in_again_unasked(worker: Visitor, place: WorkPlace):
    did(worker, "in", minutes_ago=12 * 60, employer=OWN)
    employ(worker.person_id)
    worker.send("/check-in", act="in", place=PLACE, employer=OWN, sure=PLACE)
    assert Presence.objects.filter(capacity="SELF_EMPLOYED").count() == 2


def test_an_answer_that_was_lost_is_given_again_unasked(worker: Visitor, place: WorkPlace):
    employ(worker.person_id)
    asked = kept(employer=OWN)
    first = bring(worker, asked | {"own": OWN}).json()
    assert bring(worker, asked).json() == first


def offered(worker: Visitor, path: str = "/check-in") -> list[tuple[str, bool]]:
    """Return the companies that are offered, in their order, and whether each is chosen already."""
    found = lxml.html.fromstring(worker.text(path)).xpath("//input[@name='employer'][@type='radio']")
    return [(str(each.get("value")), each.get("checked") is not None) for each in found]


@pytest.mark.parametrize("path", ["/check-in", f"/check-in/at/{PLACE}"])
@pytest.mark.parametrize("settle", KNOWN, ids=lambda settle: settle.__name__)
def test_an_own_company_that_knows_one_as_staff_is_offered_last_and_chosen_for_nobody(
    worker: Visitor, place: WorkPlace, settle: Callable[[Visitor], None], path: str
):
    settle(worker)
    bring(worker, kept(employer=OWN, at=ago(minutes=30), reference="cd" * 11))
    bring(worker, kept(act="out", employer=OWN, at=ago(minutes=20), reference="ef" * 11))
    assert offered(worker, path) == [(COMPANY, False), (OWN, False)]


def test_a_real_own_company_stays_the_first_and_is_chosen(worker: Visitor, place: WorkPlace):
    did(worker, "in", "out", employer=OWN)
    assert offered(worker) == [(OWN, True)]


@pytest.mark.parametrize("path", ["/check-in", f"/check-in/at/{PLACE}"])
@pytest.mark.parametrize("before", [COMPANY, OTHER_COMPANY], ids=["the same company", "another one"])
def test_whom_one_was_there_for_earlier_is_not_chosen_in_place_of_an_own_one_that_knows_one_as_staff(
    worker: Visitor, place: WorkPlace, before: str, path: str
):
    employ(worker.person_id)
    did(worker, "in", "out", minutes_ago=60, employer=before)
    bring(worker, kept(employer=OWN, at=ago(minutes=30), reference="cd" * 11))
    bring(worker, kept(act="out", employer=OWN, at=ago(minutes=20), reference="ef" * 11))
    assert offered(worker, path) == [(key, False) for key in dict.fromkeys([before, COMPANY, OWN])]
    answer = bring(worker, kept(employer="", reference="ab" * 11))
    assert (answer.status_code, answer.json()["lacks"]) == (HTTPStatus.CONFLICT, "company")


def test_whom_one_was_there_for_since_is_chosen_all_the_same(worker: Visitor, place: WorkPlace):
    employ(worker.person_id)
    bring(worker, kept(employer=OWN, at=ago(minutes=90), reference="cd" * 11))
    bring(worker, kept(act="out", employer=OWN, at=ago(minutes=80), reference="ef" * 11))
    did(worker, "in", "out", minutes_ago=20, employer=OTHER_COMPANY)
    assert offered(worker) == [(OTHER_COMPANY, True), (COMPANY, False), (OWN, False)]


@pytest.mark.parametrize(("settle", "learned"), [(employ, ""), (None, OWN)], ids=["an employee", "nobody's employee"])
@pytest.mark.parametrize("act", ["in", "break"])
def test_a_phone_learns_where_one_is_for_an_own_company_and_the_company_unless_it_knows_one_as_staff(
    worker: Visitor, place: WorkPlace, act: str, settle: Callable[[int], object] | None, learned: str
):
    did(worker, *dict.fromkeys(["in", act]), employer=OWN)
    if settle:
        settle(worker.person_id)
    (told,) = lxml.html.fromstring(worker.text("/check-in")).xpath("//form/@data-places")
    assert [(each["number"], each["employer"]) for each in json.loads(told)] == [(PLACE, learned)]


def test_what_was_tapped_without_a_company_is_not_of_an_own_one_that_knows_one_as_staff(
    worker: Visitor, place: WorkPlace
):
    employ(worker.person_id)
    did(worker, "in", "out", minutes_ago=20, employer=OWN)
    answer = bring(worker, kept(employer="", reference="ef" * 11))
    assert (answer.status_code, answer.json()["lacks"]) == (HTTPStatus.CONFLICT, "company")


@pytest.mark.parametrize("act", ["out", "break"])
def test_what_ends_work_that_was_told_to_be_for_an_own_company_is_of_it(worker: Visitor, place: WorkPlace, act: str):
    employ(worker.person_id)
    did(worker, "in", employer=OWN)
    assert bring(worker, kept(act=act, employer="", reference="ef" * 11)).status_code == HTTPStatus.OK
    assert newest().capacity == "SELF_EMPLOYED"


ELSEWHERE_SINCE = {
    "nowhere, for the work is given up": None,
    "at another work place": {"place": OTHER_PLACE},
    "there for another company": {"employer": OTHER_COMPANY},
}


@pytest.mark.parametrize("guessed", ["", "yes"], ids=["chosen", "guessed"])
@pytest.mark.parametrize("act", ["out", "break"])
@pytest.mark.parametrize("since", ELSEWHERE_SINCE.values(), ids=ELSEWHERE_SINCE)
def test_what_ends_work_for_an_own_company_is_of_it_where_it_comes_late(
    worker: Visitor, place: WorkPlace, since: dict[str, str] | None, act: str, guessed: str
):
    employ(worker.person_id)
    a_place(OTHER_PLACE)
    bring(worker, kept(employer=OWN, at=ago(hours=17), reference="cd" * 11))
    if since is not None:
        assert bring(worker, kept(**since, at=ago(hours=1), reference="aa" * 11)).status_code == HTTPStatus.OK
    late = kept(act=act, employer="", at=ago(hours=9), reference="ef" * 11, guessed=guessed)
    assert bring(worker, late).status_code == HTTPStatus.OK
    left = newest()
    assert (left.event_type, left.work_place, left.employer, left.capacity) == ("OUT", PLACE, COMPANY, "SELF_EMPLOYED")


def test_a_check_in_that_comes_late_is_of_no_own_company_that_knows_one_as_staff(worker: Visitor, place: WorkPlace):
    employ(worker.person_id)
    bring(worker, kept(employer=OWN, at=ago(hours=17), reference="cd" * 11))
    answer = bring(worker, kept(employer="", at=ago(hours=9), reference="ef" * 11))
    assert (answer.status_code, answer.json()["lacks"]) == (HTTPStatus.UNPROCESSABLE_ENTITY, "company")


@pytest.mark.parametrize("guessed", ["", "yes"], ids=["chosen", "guessed"])
def test_a_return_after_longer_than_a_break_is_of_no_own_company_that_knows_one_as_staff(
    worker: Visitor, place: WorkPlace, guessed: str
):
    employ(worker.person_id)
    for act, hours in (("in", 20), ("break", 19)):
        bring(worker, kept(act=act, employer=OWN, at=ago(hours=hours), reference=f"{hours:022x}"))
    late = kept(act="back", employer="", at=ago(hours=9), reference="ef" * 11, guessed=guessed)
    answer = bring(worker, late)
    assert (answer.status_code, answer.json()["lacks"]) == (HTTPStatus.UNPROCESSABLE_ENTITY, "company")


@pytest.mark.parametrize("act", ["out", "break", "back"])
def test_what_follows_work_that_ended_is_of_no_own_company_that_knows_one_as_staff(
    worker: Visitor, place: WorkPlace, act: str
):
    employ(worker.person_id)
    did(worker, "in", "out", minutes_ago=60, employer=OWN)
    late = kept(act=act, employer="", at=ago(minutes=30), reference="ef" * 11)
    answer = bring(worker, late)
    assert (answer.status_code, answer.json()["lacks"]) == (HTTPStatus.UNPROCESSABLE_ENTITY, "company")


@pytest.mark.parametrize("act", ["out", "break", "back"])
def test_what_follows_work_that_ended_is_not_of_a_company_for_which_work_began_there_later(
    worker: Visitor, place: WorkPlace, act: str
):
    employ(worker.person_id)
    did(worker, "in", "out", minutes_ago=60, employer=OWN)
    bring(worker, kept(employer=OTHER_COMPANY, at=ago(minutes=20), reference="aa" * 11))
    late = kept(act=act, employer="", at=ago(minutes=30), reference="ef" * 11)
    answer = bring(worker, late)
    assert (answer.status_code, answer.json()["lacks"]) == (HTTPStatus.UNPROCESSABLE_ENTITY, "company")


def test_a_phone_whose_clock_is_a_little_slow_ends_the_work_that_began_last(worker: Visitor, place: WorkPlace):
    did(worker, "in", "out", minutes_ago=60, employer=OTHER_COMPANY)
    bring(worker, kept(at=ago(seconds=30), reference="aa" * 11))
    late = kept(act="out", employer="", at=ago(seconds=90), reference="ef" * 11)
    assert bring(worker, late).status_code == HTTPStatus.OK
    assert newest().employer == COMPANY


def test_a_phone_is_asked_which_of_two_works_it_ended_that_its_clock_does_not_tell_apart(
    worker: Visitor, place: WorkPlace
):
    bring(worker, kept(employer=OTHER_COMPANY, at=ago(hours=10), reference="cd" * 11))
    bring(worker, kept(at=ago(seconds=30), reference="aa" * 11))
    late = kept(act="out", employer="", at=ago(seconds=90), reference="ef" * 11)
    answer = bring(worker, late)
    assert (answer.status_code, answer.json()["lacks"]) == (HTTPStatus.UNPROCESSABLE_ENTITY, "company")
