"""Who comes from abroad for the first time: pending, asked how he is reached, matched, signed in."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils.dateformat import format as date_format

from auth.keys.email_codes import mask
from auth.models import Login
from auth.openid.calls import CallPlace, ProposedCall, note_call
from auth.openid.matching import Reach, read_waiting, waiting_identities
from auth.openid.pending import find_pending
from auth.sessions import SessionStore
from auth.signing_in import browser_of
from commands.mock_identity_provider.flavours import EIDAS
from correspondence.models import OutboxMessage
from domain.assurance import Means
from domain.brussels import brussels_date
from domain.languages import Language
from domain.written_dates import render_meeting
from evidence.clock import SystemClock
from portal.openid import PENDING, providers
from registers.persons.models import Person
from tests.portal.openid.conftest import Visit, directory, events, stay_of


def test_eidas_of_somebody_unknown_is_pending_and_signs_nobody_in(visit: Visit):
    answer = visit.sign_in("eidas", person="jan")

    assert answer["Location"] == "/login/not-known-yet"
    assert visit.open("/login/not-known-yet").status_code == 200
    assert stay_of(visit).login is None
    assert not Login.objects.exists()
    assert not Person.objects.exists()
    assert len(events("account:login:identity_pending")) == 1


def test_who_is_pending_is_found_by_the_browser_that_proved_him(visit: Visit):
    visit.sign_in("eidas", person="jan")
    store = SessionStore(visit.browser.cookies[settings.SESSION_COOKIE_NAME].value)

    pending = find_pending(
        store[PENDING], browser=browser_of(store), locksmith=providers().locksmith, at=SystemClock().now()
    )

    assert pending.eidas_identifier == EIDAS.find_person("jan").person_identifier
    assert (pending.means, pending.family_name, pending.birth_date.year) == (Means.EIDAS, "Kowalski", 1994)


def test_eidas_of_somebody_whom_an_officer_matched_signs_in(visit: Visit):
    number = "85073003328"
    person_id = directory().find_or_create([number], at=SystemClock().now())[number]
    directory().add_identity("PL/BE/94010812345", person_id=person_id, at=SystemClock().now())

    visit.sign_in("eidas", person="jan")

    assert stay_of(visit).login.person_id == person_id


def test_a_foreign_itsme_account_is_pending_until_it_is_matched(visit: Visit):
    number = "85073003328"
    assert visit.sign_in(person="tom")["Location"] == "/login/not-known-yet"
    person_id = directory().find_or_create([number], at=SystemClock().now())[number]
    directory().add_identity(f"{settings.GUICHET.itsme.issuer} mock-tom", person_id=person_id, at=SystemClock().now())

    assert visit.sign_in(person="tom")["Location"] == "/home"
    assert stay_of(visit).login.person_id == person_id


def tell(visit: Visit, page: str = "/login/not-known-yet", **deviation: str):
    """Fill the form of that page in, and send it."""
    shown = visit.open(page).content.decode()
    token = re.search(r'name="form-token" value="([^"]+)"', shown)
    form = {"mail": "jan@example.com", "phone": "+48 123 456 789", "form-token": token[1] if token else ""} | deviation
    return visit.browser.post("/login/not-known-yet", form, secure=True), form


def test_who_is_pending_tells_how_he_is_reached_and_waits(visit: Visit):
    visit.sign_in("eidas", person="jan")

    answer, _ = tell(visit)

    assert (answer.status_code, answer["Location"]) == (303, "/login/being-looked-up")
    assert visit.open("/login/being-looked-up").status_code == 200
    (row,) = waiting_identities()
    waiting = read_waiting(row.pk, locksmith=providers().locksmith, actor="test", at=SystemClock().now())
    assert waiting.reach == Reach("jan@example.com", "+48123456789")
    assert waiting.pending.eidas_identifier == "PL/BE/94010812345"


def test_the_form_counts_once_however_often_it_is_sent(visit: Visit):
    visit.sign_in("eidas", person="jan")
    _, form = tell(visit)

    again = visit.browser.post("/login/not-known-yet", form, secure=True)

    assert again.status_code == 409
    assert 'href="/login/being-looked-up"' in again.content.decode()
    assert len(waiting_identities()) == 1


def test_who_waits_is_told_so_at_the_address_that_he_gave_and_at_the_one_that_he_gives_instead(visit: Visit):
    for mail in ("jan@exmaple.com", "jan@example.com"):
        visit.sign_in("eidas", person="jan")
        tell(visit, mail=mail)
    letters = OutboxMessage.objects.order_by("pk").values_list("recipient", "subject")
    assert list(letters) == [(mail, "Guichet has your request") for mail in ("jan@exmaple.com", "jan@example.com")]
    assert "If it is not there within minutes" in visit.open("/login/being-looked-up").content.decode()


@pytest.mark.parametrize(
    ("deviation", "said"),
    [
        ({"mail": ""}, "Give your e-mail address."),
        ({"phone": ""}, "Give your telephone number."),
        ({"mail": "jan"}, "This is no e-mail address"),
        ({"phone": "0123"}, "This is no telephone number"),
    ],
)
def test_an_answer_that_reaches_nobody_is_asked_again(visit: Visit, deviation, said):
    visit.sign_in("eidas", person="jan")

    answer, _ = tell(visit, **deviation)

    assert said in answer.content.decode()
    assert waiting_identities() == []


def test_the_form_is_not_shown_to_who_proved_nothing(visit: Visit):
    assert (
        "<form" not in visit.open("/login/not-known-yet").content.decode().partition("<main")[2].partition("</main")[0]
    )


def test_the_form_of_who_proved_nothing_does_not_count(visit: Visit):
    visit.sign_in("eidas", person="jan")
    _, form = tell(visit, mail="")
    stranger = Client(headers={"host": "localhost"})

    answer = stranger.post("/login/not-known-yet", form | {"mail": "thief@example.com"}, secure=True)

    assert answer.status_code == 409
    assert waiting_identities() == []


def test_who_comes_back_before_he_is_matched_reads_that_his_request_stands_and_where_he_is_written_to(visit: Visit):
    visit.sign_in("eidas", person="jan")
    assert "has your request" not in visit.open("/login/not-known-yet").content.decode()
    tell(visit)
    visit.sign_in("eidas", person="jan")

    told = visit.open("/login/not-known-yet").content.decode()

    (row,) = waiting_identities()
    day = date_format(brussels_date(row.asked_at), "j F Y")
    assert f"A registration officer has your request of {day}. We write to {mask('jan@example.com')}" in told
    assert "Can we reach you in another way now?" in told
    assert "jan@example.com" not in told
    other = Client(headers={"host": "localhost"})
    assert "has your request" not in other.get("/login/not-known-yet", secure=True).text


def test_who_comes_back_before_he_is_matched_sees_when_his_video_call_is(visit: Visit):
    visit.sign_in("eidas", person="jan")
    tell(visit)
    visit.sign_in("eidas", person="jan")
    assert "Your video call" not in visit.open("/login/not-known-yet").content.decode()
    now, (row,) = SystemClock().now(), waiting_identities()
    call = ProposedCall(now + timedelta(days=2), CallPlace("https://calls.example.org/room-7"))
    officer = Login.objects.create(user_name="ina.officer", created_at=now)
    note_call(row.pk, call, officer=officer.pk, locksmith=providers().locksmith, at=now)

    told = visit.open("/login/not-known-yet").content.decode()

    assert render_meeting(call.at, Language.EN) in told
    assert 'href="https://calls.example.org/room-7"' in told
    assert "</a> (calls.example.org)" in told
    assert settings.GUICHET.office.phone.replace(" ", "\N{NO-BREAK SPACE}") in told
    assert "room-7" not in Client(headers={"host": "localhost"}).get("/login/not-known-yet", secure=True).text
