"""An officer proposes a time for a video call: the person is written to, the list is sorted by it, he sees it himself."""

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from django.conf import settings
from django.db.models import QuerySet

from auth.models import OperatorRole, PendingIdentity
from auth.openid.matching import read_waiting
from auth.operators import give_role
from auth.refusals import NobodyWaitsError
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel, Means
from domain.brussels import BRUSSELS
from domain.languages import Language
from domain.written_dates import render_meeting
from evidence.models import AuditEvent
from ingest.match_identities import match_identity
from portal.openid import providers
from tests.portal.checkins.conftest import Visitor, sign_in
from tests.portal.conftest import token_in
from tests.portal.people import a_person
from tests.portal.test_video_calls import SEEN, asked, proved

pytestmark = pytest.mark.django_db
LINK = "https://calls.example.org/room-7"
LATER = (datetime.now(BRUSSELS) + timedelta(days=3)).replace(hour=14, minute=30, second=0, microsecond=0)


@pytest.fixture(autouse=True)
def known_providers(desk):
    providers.cache_clear()
    yield
    providers.cache_clear()


@pytest.fixture
def officer(desk) -> Visitor:
    _person, login = a_person("ina.officer")
    give_role(login, OperatorRole.REGISTRAR, at=datetime.now(UTC), actor="test")
    return sign_in(login, level=AssuranceLevel.EID, means=Means.EID)


def shown_in(page: str) -> str:
    found = re.search(r'name="form-shown" value="([^"]*)"', page)
    assert found
    return found[1]


def said(at: datetime = LATER, **deviation: str) -> dict[str, str]:
    return {"day": f"{at:%d/%m/%Y}", "time": f"{at:%H:%M}", "place": LINK} | deviation


def propose(officer: Visitor, identity: int, *, at: datetime = LATER, status: int = 303, **deviation: str) -> str:
    here = f"/registration/identities/{identity}/call"
    page = officer.text(here)
    fields = {"token": token_in(page), "form-shown": shown_in(page)} | said(at, **deviation)
    return officer.send(here, status=status, **fields).content.decode()


def letters() -> QuerySet[OutboxMessage]:
    """What was written of calls: that a request came is confirmed besides."""
    return OutboxMessage.objects.filter(occasion__startswith="identity-call:")


def letter() -> OutboxMessage:
    return OutboxMessage.objects.order_by("-pk")[0]


def test_who_asked_for_a_call_is_written_its_time_zone_and_link_and_what_to_have_at_hand(officer: Visitor):
    propose(officer, asked())

    written = letter()
    assert (written.recipient, written.subject) == ("zofia@example.com", "Your video call")
    assert render_meeting(LATER, Language.EN) in written.body
    assert f"Open this link then: {LINK}\n" in written.body
    assert "passport or identity card" in written.body
    assert settings.GUICHET.office.phone in written.body
    assert written.holds_secret
    assert "Nowak" not in written.body
    row = PendingIdentity.objects.get()
    assert (row.call_at, row.call_officer_id) == (LATER, officer.login.pk)
    event = AuditEvent.objects.get(action="identity:call-proposed")
    assert (event.actor, event.detail["identity"]) == (f"login:{officer.login.pk}", row.pk)


def test_an_officer_may_call_the_person_instead_who_reads_it_in_his_language(officer: Visitor):
    identity = proved()
    assert 'value="+48123456789"' in officer.text(f"/registration/identities/{identity}/call")

    propose(officer, identity, place="+48 123 456 789")

    assert letter().subject == "Votre appel vidéo"
    assert render_meeting(LATER, Language.FR) in letter().body
    assert "Nous vous appelons alors à ce numéro : +48123456789\n" in letter().body


def test_the_list_is_sorted_by_calls_and_says_which_was_due_and_who_proposed_it(officer: Visitor):
    without, ahead = asked(), proved()
    propose(officer, ahead)
    told = officer.text("/registration/identities")
    assert told.index(f'/identities/{ahead}"') < told.index(f'/identities/{without}"')
    assert "proposed by ina.officer" in told
    assert "was due" not in told

    turned = officer.text("/registration/identities?sort=-call")
    assert turned.index(f'/identities/{ahead}"') < turned.index(f'/identities/{without}"')

    before = datetime.now(UTC) - timedelta(days=1)
    PendingIdentity.objects.filter(pk=ahead).update(call_at=before, call_proposed_at=before - timedelta(days=1))

    assert "was due" in officer.text("/registration/identities")
    assert "was due" in officer.text(f"/registration/identities/{ahead}")


def test_a_call_is_moved_and_withdrawn_and_each_is_written(officer: Visitor):
    identity, other = asked(), LATER + timedelta(days=1)
    propose(officer, identity)
    propose(officer, identity, at=other)
    assert letter().subject == "Your video call is moved"
    assert render_meeting(other, Language.EN) in letter().body

    here = f"/registration/identities/{identity}/call/withdraw"
    page = officer.text(here)
    assert render_meeting(other, Language.EN) in page
    officer.send(here, **{"token": token_in(page), "form-shown": shown_in(page)})

    assert letter().subject == "Your video call is not held"
    assert render_meeting(other, Language.EN) in letter().body
    row = PendingIdentity.objects.get()
    assert (row.state, row.call_at) == ("WAITING", None)
    assert officer.get(here, HTTPStatus.FOUND)["Location"] == f"/registration/identities/{identity}"


def test_a_time_is_not_moved_by_an_officer_who_saw_another_one(officer: Visitor):
    identity = asked()
    here = f"/registration/identities/{identity}/call"
    token = token_in(officer.text(here))
    propose(officer, identity)

    stale = {"token": token, "form-shown": "", **said(LATER + timedelta(days=1))}
    answer = officer.send(here, status=HTTPStatus.CONFLICT, **stale)

    assert "Somebody changed this after your page was shown." in answer.content.decode()
    assert PendingIdentity.objects.get().call_at == LATER
    assert letters().count() == 1


def test_a_time_is_not_withdrawn_by_an_officer_who_saw_another_one(officer: Visitor):
    identity, other = asked(), LATER + timedelta(days=1)
    propose(officer, identity)
    here = f"/registration/identities/{identity}/call/withdraw"
    page = officer.text(here)
    propose(officer, identity, at=other)

    stale = {"token": token_in(page), "form-shown": shown_in(page)}
    answer = officer.send(here, status=HTTPStatus.CONFLICT, **stale)

    assert "Somebody changed this after your page was shown." in answer.content.decode()
    assert PendingIdentity.objects.get().call_at == other
    assert letter().subject == "Your video call is moved"


def test_who_is_matched_is_told_of_the_time_to_which_his_call_was_moved_meanwhile(officer: Visitor):
    identity, other = proved(), LATER + timedelta(days=1)
    propose(officer, identity)
    found = read_waiting(identity, locksmith=providers().locksmith, actor="test", at=datetime.now(UTC))
    propose(officer, identity, at=other)

    now, directory = datetime.now(UTC), providers().persons.directory
    match_identity(found, "85073003328", persons=directory, actor="test", at=now)

    assert render_meeting(other, Language.FR) in letter().body


@pytest.mark.parametrize(
    ("deviation", "sentence"),
    [
        ({"day": ""}, "Enter the day."),
        ({"day": "01/01/2020"}, "This is over."),
        ({"day": "01/01/0001", "time": "00:00"}, "This is over."),
        ({"day": "01/06/2099"}, "Choose one of the next 90 days."),
        ({"time": ""}, "Enter the time."),
        ({"time": "25:00"}, "Enter hours and minutes, for example 14:30."),
        ({"place": ""}, "Enter the link or the number."),
        ({"place": "http://calls.example.org"}, "This is neither a link"),
        ({"day": "28/03/2027", "time": "02:30"}, "The clocks are changed in that hour."),
        ({"day": "31/10/2027", "time": "02:30"}, "The clocks are changed in that hour."),
    ],
)
def test_a_time_that_is_none_is_asked_again(officer: Visitor, deviation, sentence):
    assert sentence in propose(officer, asked(), status=200, **deviation)
    assert PendingIdentity.objects.get().call_at is None
    assert not letters().exists()


def test_a_time_that_is_too_far_ahead_by_now_is_told_as_that(officer: Visitor, monkeypatch):
    monkeypatch.setattr("auth.openid.calls.AHEAD", timedelta(days=1))
    told = propose(officer, asked(), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "This time is over, or too far ahead. Choose one of the next 90 days." in told
    assert "Nobody waits here" not in told
    assert 'href="#id_day"' in told
    assert not letters().exists()


@pytest.mark.parametrize("step", ["call", "call/withdraw"])
def test_whoever_was_quicker_with_the_person_is_told_of_to_who_proposes_or_withdraws(
    officer: Visitor, monkeypatch, step
):
    """The person is matched between the first look of this officer and the hold of the row."""
    identity = asked()
    propose(officer, identity)
    here = f"/registration/identities/{identity}/{step}"
    page = officer.text(here)
    monkeypatch.setattr("portal.pages.registration.call_times.hold_call_time", nobody_waits)
    fields = {"token": token_in(page), "form-shown": shown_in(page), **said()}
    answer = officer.send(here, status=HTTPStatus.CONFLICT, **fields)
    assert "Nobody waits here any more" in answer.content.decode()


def nobody_waits(_identity: int) -> None:
    raise NobodyWaitsError


def test_an_officer_who_holds_another_call_then_is_told_so(officer: Visitor):
    propose(officer, asked())
    other = proved()

    told = propose(officer, other, at=LATER + timedelta(minutes=20), status=HTTPStatus.CONFLICT, place="+48512345678")
    assert "You hold another video call then: one takes 30 minutes. Choose another time." in told
    assert PendingIdentity.objects.get(pk=other).call_at is None
    assert letters().count() == 1


def test_an_officer_whose_link_leads_into_the_call_of_a_colleague_is_told_so(officer: Visitor):
    propose(officer, asked())
    _person, login = a_person("otto.officer")
    give_role(login, OperatorRole.REGISTRAR, at=datetime.now(UTC), actor="test")
    colleague, other = sign_in(login, level=AssuranceLevel.EID, means=Means.EID), proved()

    told = propose(colleague, other, status=HTTPStatus.CONFLICT)
    assert "Another video call is held behind this link then. Choose another link or another time." in told
    assert 'href="#id_place"' in told
    assert letters().count() == 1


@pytest.mark.parametrize("end", ["refused", "matched"])
def test_who_is_refused_or_matched_before_his_call_is_told_that_it_is_not_held(officer: Visitor, end):
    identity = asked()
    propose(officer, identity)
    here = f"/registration/identities/{identity}"
    if end == "refused":
        officer.send(f"{here}/refuse")
    else:
        officer.send(f"{here}/number", status=200, **SEEN)

    written = OutboxMessage.objects.get(occasion=f"identity-{end}:{identity}")
    assert f"no longer held: {render_meeting(LATER, Language.EN)}." in written.body
    assert PendingIdentity.objects.get().call_at is None


def test_somebody_without_an_office_proposes_no_call(desk):
    identity = asked()
    _person, login = a_person("jan.janssens")
    stranger = sign_in(login, level=AssuranceLevel.EID, means=Means.EID)
    for page in ("call", "call/withdraw"):
        stranger.get(f"/registration/identities/{identity}/{page}", HTTPStatus.FORBIDDEN)
