"""An access manager adds users, gives rights, blocks, removes and appoints; nobody reaches beyond his company or role."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from auth.desk import KeyDesk
from auth.models import DigitalKey, Login, LoginState, Session, TemporaryCredential
from correspondence.models import Carrier, OutboxMessage
from domain.access.refusals import RefusalReason
from domain.access.roles import Role
from domain.identifiers import period_id
from domain.languages import Language
from portal.pages.overtaken import SHOWN
from portal.pages.people.words import REFUSALS
from portal.pages.sending_once import FIELD, new_form_token
from registers.access.models import EntityAccount, Grant, UserAccount
from registers.persons.details import name_person, prove_name, read_details, set_email
from registers.persons.numbers import PersonDirectory, PersonKeys
from tests.portal.people import file_period, settle_for, settle_manager, settle_stranger, settle_user
from tests.portal.test_structured_reports import MOST_QUERIES, Visitor, a_visitor
from tests.registers.access.conftest import an_entity, make_company

pytestmark = pytest.mark.django_db
NUMBER = "85073003328"
SOMEBODY = {
    "first_name": "Jan",
    "family_name": "Peeters",
    "number": "",
    "address": "jan@example.be",
    "mobile": "0470 12 34 56",
    "language": "nl",
    "is_employed": "on",
}

NO_RIGHTS = dict.fromkeys(["CHECK_INS", "ACCESS", "CHANNELS", "EBOX", "MANDATES"], "NONE")


@pytest.fixture
def visitor(client: Client, desk: KeyDesk) -> Visitor:
    return a_visitor(client, settle_manager())


def now() -> datetime:
    return datetime.now(UTC)


def add_user(visitor: Visitor, **said: str) -> UserAccount:
    answer = visitor.send("/people/users/new", **{**SOMEBODY, **said})
    return UserAccount.objects.get(pk=answer["Location"].rpartition("/")[2])


def the_user(visitor: Visitor, *, user_name: str = "bo.user") -> tuple[UserAccount, Visitor]:
    """Return an active user of the company and her own browser."""
    user = settle_user(visitor.manager, user_name=user_name)
    return UserAccount.objects.get(person_id=user.person_id), a_visitor(Client(), user)


def text_of(answer) -> str:
    return answer.content.decode()


def test_a_user_is_added_and_told_on_two_ways(visitor: Visitor):
    user = add_user(visitor)
    mail = OutboxMessage.objects.get(carrier=Carrier.MAIL)
    text = OutboxMessage.objects.get(carrier=Carrier.TEXT_MESSAGE)

    assert (user.state, user.quality, user.entity_id) == ("INVITED", "EMPLOYER", visitor.manager.entity_id)
    assert user.employment_declared_by == f"person:{visitor.manager.person_id}"
    assert (mail.recipient, text.recipient) == ("jan@example.be", "+32470123456")
    assert user.user_name.lower() in mail.body
    assert "Bakery (0412345614)" in mail.body
    assert user.user_name.lower() not in text.body
    assert text.holds_secret
    assert "Jan Peeters" in text_of(visitor.get("/people?q=peet"))


def test_a_company_that_switched_passwords_off_sends_no_codes(visitor: Visitor):
    EntityAccount.objects.update(is_password_login_allowed=False)

    assert add_user(visitor).state == "INVITED"
    assert not TemporaryCredential.objects.exists()
    assert not OutboxMessage.objects.filter(carrier=Carrier.TEXT_MESSAGE).exists()


def test_where_passwords_are_off_nobody_is_offered_one(visitor: Visitor):
    user = add_user(visitor)
    EntityAccount.objects.update(is_password_login_allowed=False)
    pages = [text_of(visitor.get(f"/people/users/{user.pk}{step}")) for step in ("", "/password")]

    assert all("has switched off signing in with a password: nobody is given one" in page for page in pages)
    assert not any("Change password</a>" in page or "Give this password" in page for page in pages)


def test_the_same_user_sent_twice_is_added_once(visitor: Visitor):
    said = {**SOMEBODY, FIELD: new_form_token(visitor.get("/people/users/new").context["request"])}
    first, second = (visitor.client.post("/people/users/new", said, secure=True) for _ in range(2))

    assert second.status_code == HTTPStatus.CONFLICT
    assert f'href="{first["Location"]}"' in second.content.decode()
    assert UserAccount.objects.count() == 1
    assert OutboxMessage.objects.count() == 2


WRONG = {
    "no employment": ({"is_employed": ""}, "No running employment with the company is known: declare it."),
    "a wrong number": ({"number": "85073003329"}, "This is no national number"),
    "no mobile number": ({"mobile": "x"}, "Enter a mobile number like"),
    "no address": ({"address": "jan"}, "Enter an e-mail address like"),
}


@pytest.mark.parametrize(("said", "sentence"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_a_new_user_is_told(visitor: Visitor, said: dict[str, str], sentence: str):
    answer = visitor.send("/people/users/new", status=HTTPStatus.OK, **{**SOMEBODY, **said})

    assert sentence in text_of(answer)
    assert not UserAccount.objects.exists()


def a_known_person(*, state: LoginState) -> int:
    keys = PersonKeys.read(settings.KEYS / "persons.json")
    person_id = PersonDirectory(keys, environment="R").find_or_create([NUMBER], at=now())[NUMBER]
    name_person(person_id, family_name="Peeters", first_name="J.", language=Language.FR, actor="test", at=now())
    set_email(person_id, "own@example.be", actor="test", at=now())
    Login.objects.create(person_id=person_id, state=state, created_at=now())
    return person_id


def test_who_has_signed_in_before_is_sent_no_codes_and_keeps_his_addresses(visitor: Visitor):
    person_id = a_known_person(state=LoginState.ACTIVE)
    user = add_user(visitor, number=NUMBER)

    assert user.person_id == person_id
    letter = OutboxMessage.objects.get()
    assert (letter.recipient, letter.subject) == ("own@example.be", "Vous êtes devenu utilisateur")
    assert user.user_name not in letter.body
    assert "les clés que vous avez" in letter.body
    assert not TemporaryCredential.objects.exists()
    assert read_details([person_id])[person_id].email == "own@example.be"


def test_an_employment_that_the_register_knows_needs_no_declaration(visitor: Visitor):
    person_id = a_known_person(state=LoginState.ACTIVE)
    file_period(person_id, visitor.manager.entity_id, int(period_id(6_100_000_001)), (1, 1), 365)
    user = add_user(visitor, number=NUMBER, is_employed="")

    assert user.person_id == person_id
    assert (user.employment_declared_at, user.employment_checked_at is None) == (None, False)
    assert "Employment found in the register on" in text_of(visitor.get(f"/people/users/{user.pk}"))


def test_an_employment_elsewhere_counts_for_nothing(visitor: Visitor):
    person_id = a_known_person(state=LoginState.ACTIVE)
    file_period(person_id, an_entity("0400767772").pk, int(period_id(6_100_000_001)), (1, 1), 365)
    said = {**SOMEBODY, "number": NUMBER, "is_employed": ""}
    answer = visitor.send("/people/users/new", status=HTTPStatus.OK, **said)

    assert "declare it" in text_of(answer)
    assert not UserAccount.objects.exists()


def test_a_number_with_another_name_is_refused(visitor: Visitor):
    a_known_person(state=LoginState.ACTIVE)
    answer = visitor.send(
        "/people/users/new", status=HTTPStatus.OK, **{**SOMEBODY, "number": NUMBER, "family_name": "Claes"}
    )

    assert "do not belong together" in text_of(answer)
    assert not UserAccount.objects.exists()


def test_a_name_that_another_company_said_keeps_nobody_out(visitor: Visitor):
    person_id = a_known_person(state=LoginState.ACTIVE)
    make_company("0400767772").invite(person_id, at=now())
    user = add_user(visitor, number=NUMBER, family_name="Claes")

    assert user.person_id == person_id
    assert read_details([person_id])[person_id].family_name == "Peeters"


def test_a_name_that_was_proved_is_compared_wherever_the_person_belongs(visitor: Visitor):
    person_id = a_known_person(state=LoginState.ACTIVE)
    prove_name(person_id, family_name="Peeters", first_name="J.", language=Language.FR, actor="test", at=now())
    make_company("0400767772").invite(person_id, at=now())
    said = {**SOMEBODY, "number": NUMBER, "family_name": "Claes"}

    assert "do not belong together" in text_of(visitor.send("/people/users/new", status=HTTPStatus.OK, **said))


def test_rights_are_given_and_taken(visitor: Visitor):
    user, _ = the_user(visitor)
    none = dict.fromkeys(["DIMONA", "CHECK_INS", "ACCESS", "CHANNELS", "EBOX", "MANDATES"], "NONE")
    visitor.send(f"/people/users/{user.pk}/rights", **{**none, "DIMONA": "DECLARE", "EBOX": "CONSULT"})
    first = Grant.objects.get(service="EBOX")
    visitor.send(f"/people/users/{user.pk}/rights", **{**none, "DIMONA": "CONSULT", "EBOX": "CONSULT"})

    assert dict(Grant.objects.filter(state="ACTIVE").values_list("service", "right")) == {
        "DIMONA": "CONSULT",
        "EBOX": "CONSULT",
    }
    assert Grant.objects.get(service="EBOX", state="ACTIVE").pk == first.pk
    assert "Consult" in text_of(visitor.get(f"/people/users/{user.pk}"))


@pytest.mark.parametrize("said", [{"EBOX": "CONSULT"}, {"DIMONA": "DECLARE"}, {}], ids=["another", "same", "none"])
def test_rights_that_another_changed_meanwhile_stay_as_he_left_them(visitor: Visitor, said: dict[str, str]):
    user, _ = the_user(visitor)
    none = dict.fromkeys(["DIMONA", "CHECK_INS", "ACCESS", "CHANNELS", "EBOX", "MANDATES"], "NONE")
    here = f"/people/users/{user.pk}/rights"
    assert f'name="{SHOWN}" value=""' in text_of(visitor.get(here))
    visitor.send(here, **{**none, "DIMONA": "DECLARE"})
    stale = visitor.send(here, HTTPStatus.CONFLICT, **{**none, **said, SHOWN: ""})

    assert "Somebody changed this after your page was shown." in text_of(stale)
    assert f'href="{here}"' in text_of(stale)
    assert list(Grant.objects.filter(state="ACTIVE").values_list("service", "right")) == [("DIMONA", "DECLARE")]


def test_a_manager_who_raises_himself_waits_for_a_second_one(visitor: Visitor):
    own = visitor.manager.company.user(visitor.manager.person_id)
    none = dict.fromkeys(["DIMONA", "CHECK_INS", "ACCESS", "CHANNELS", "EBOX", "MANDATES"], "NONE")
    visitor.send(f"/people/users/{own.pk}/rights", **{**none, "ACCESS": "DECLARE"})
    grant = Grant.objects.get()
    assert grant.state == "PROPOSED"
    assert "waits for a second access manager" in text_of(visitor.get(f"/people/users/{own.pk}"))

    alone = visitor.send_unasked(f"/people/users/{own.pk}/rights/{grant.pk}/confirm")
    assert "Four eyes are needed" in text_of(alone)
    helper = visitor.manager.company.appoint(Role.CO_CHIEF, at=now())
    second = a_visitor(Client(), settle_for(visitor.manager.company, helper.person_id, "di.second"))
    second.send(f"/people/users/{own.pk}/rights/{grant.pk}/confirm")
    assert Grant.objects.get().state == "ACTIVE"


def test_a_block_ends_the_stay_and_is_taken_away(visitor: Visitor):
    user, her = the_user(visitor)
    visitor.send(f"/people/users/{user.pk}/block")
    assert UserAccount.objects.get(pk=user.pk).state == "BLOCKED"
    assert not Session.objects.filter(login=her.manager.login, entity_id=user.entity_id, ended_at=None).exists()

    visitor.send(f"/people/users/{user.pk}/unblock")
    assert UserAccount.objects.get(pk=user.pk).state == "ACTIVE"


def test_the_sessions_of_a_user_end_and_the_account_stays(visitor: Visitor):
    user, other = the_user(visitor)
    visitor.send(f"/people/users/{user.pk}/sign-out")

    user.refresh_from_db()
    assert user.state == "ACTIVE"
    assert other.get("/home", HTTPStatus.FOUND)["Location"].startswith("/session/ended")


def test_a_password_that_is_locked_is_shown_and_the_lock_lifted(visitor: Visitor):
    user, _ = the_user(visitor)
    login = Login.objects.get(person_id=user.person_id)
    until = now() + timedelta(minutes=15)
    key = DigitalKey.objects.create(
        login=login, means="PASSWORD", state="ACTIVE", enrolled_level=200, created_at=now(), locked_until=until
    )
    shown = text_of(visitor.get(f"/people/users/{user.pk}"))
    visitor.send(f"/people/users/{user.pk}/unlock")

    key.refresh_from_db()
    assert "Password locked until" in shown
    assert key.locked_until is None
    assert "Password locked until" not in text_of(visitor.get(f"/people/users/{user.pk}"))


def test_a_removed_user_is_gone_from_the_list(visitor: Visitor):
    user, _ = the_user(visitor)
    answer = visitor.send(f"/people/users/{user.pk}/remove")

    assert answer["Location"] == "/people"
    assert user.user_name not in text_of(visitor.get("/people"))
    visitor.get(f"/people/users/{user.pk}", status=HTTPStatus.NOT_FOUND)


def test_a_new_password_is_given_to_whom_the_company_invited(visitor: Visitor):
    user = add_user(visitor)
    before = TemporaryCredential.objects.get()
    page = visitor.get(f"/people/users/{user.pk}/password")
    proposed = page.context["proposed"]
    visitor.send(f"/people/users/{user.pk}/password", password=proposed, repeated=proposed)

    before.refresh_from_db()
    given = TemporaryCredential.objects.get(ended_at=None)
    assert (before.state, given.kind) == ("REVOKED", "NEW_PASSWORD")
    assert proposed not in text_of(visitor.get(f"/people/users/{user.pk}"))


@pytest.mark.parametrize(
    ("password", "repeated", "sentence"),
    [
        ("short-42", "short-42", "needs at least 10 characters"),
        ("blue-lamp-river", "blue-lamp-rivet", "The two passwords are not the same"),
        ("bluelampriver", "bluelampriver", "at least two digits or special characters"),
    ],
)
def test_a_weak_password_is_told_what_it_lacks(visitor: Visitor, password: str, repeated: str, sentence: str):
    user = add_user(visitor)
    answer = visitor.send(
        f"/people/users/{user.pk}/password", status=HTTPStatus.OK, password=password, repeated=repeated
    )

    assert sentence in text_of(answer)
    assert TemporaryCredential.objects.count() == 1


def test_nobody_is_given_a_password_who_made_his_keys_himself(visitor: Visitor):
    user, _ = the_user(visitor)
    page = visitor.get(f"/people/users/{user.pk}/password")
    answer = visitor.send(
        f"/people/users/{user.pk}/password",
        status=HTTPStatus.CONFLICT,
        password="blue-lamp-42",
        repeated="blue-lamp-42",
    )

    assert "renews the password himself" in text_of(page)
    assert "This is not possible as things stand now" in text_of(answer)
    assert not TemporaryCredential.objects.exists()


def test_every_refusal_is_told_in_its_own_words():
    assert set(REFUSALS) == set(RefusalReason)


ASKED_OF = {
    "block": {"state": "ACTIVE"},
    "unblock": {"state": "BLOCKED", "blocked_by": "COMPANY"},
    "attest": {"state": "ACTIVE"},
}
"""How a user has to be to be asked about."""
STEPS = ("", "/rights", "/password", "/appoint", "/block", "/unblock", "/unlock", "/attest", "/invite", "/remove")


@pytest.mark.parametrize("step", STEPS)
def test_another_companys_user_looks_like_one_that_is_not_there(visitor: Visitor, step: str):
    other = settle_manager(company="0400767772", user_name="an.other")
    user = other.company.user()

    visitor.get(f"/people/users/{user.pk}{step}", status=HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize("step", ["end", "block", "unblock", "confirm", "refuse"])
def test_another_companys_appointment_looks_like_one_that_is_not_there(visitor: Visitor, step: str):
    other = settle_manager(company="0400767772", user_name="an.other")
    row = other.company.appoint(Role.CO_CHIEF, at=now())

    visitor.get(f"/people/appointments/{row.pk}/{step}", status=HTTPStatus.NOT_FOUND)
    visitor.get(f"/appointments/{row.pk}/accept", status=HTTPStatus.NOT_FOUND)


def test_who_manages_nothing_is_told_who_can_give_the_right(visitor: Visitor):
    _user, her = the_user(visitor)

    assert "Your access manager can give you this right." in text_of(her.get("/people", HTTPStatus.FORBIDDEN))
    a_visitor(Client(), settle_stranger(visitor.manager)).get("/people", HTTPStatus.NOT_FOUND)


def test_a_stay_that_is_not_fresh_proves_itself_before_it_gives_a_password(visitor: Visitor):
    user = add_user(visitor)
    Session.objects.filter(login=visitor.manager.login).update(authenticated_at=now() - timedelta(minutes=6))
    answer = visitor.get(f"/people/users/{user.pk}/password", status=HTTPStatus.FOUND)

    assert answer["Location"].startswith("/step-up")


@pytest.mark.parametrize(
    "page", ["/people", "/people/users/new", "/appointments", *(f"/people/users/{{}}{s}" for s in STEPS)]
)
def test_a_page_takes_few_queries(visitor: Visitor, page: str):
    user = add_user(visitor)
    UserAccount.objects.filter(pk=user.pk).update(**ASKED_OF.get(page.rpartition("/")[2], {"state": "INVITED"}))
    for _ in range(3):
        visitor.manager.company.user()
    visitor.get("/home")
    with CaptureQueriesContext(connection) as queries:
        visitor.get(page.format(user.pk))

    assert len(queries) <= MOST_QUERIES, [query["sql"][:120] for query in queries]


def test_a_company_may_have_as_many_helpers_as_the_settings_say(visitor: Visitor, settings):
    user, _browser = the_user(visitor)
    visitor.manager.company.appoint(Role.CO_CHIEF)
    visitor.send(f"/people/users/{user.pk}/appoint", status=HTTPStatus.CONFLICT, role="CO_CHIEF")
    settings.GUICHET = replace(settings.GUICHET, access=replace(settings.GUICHET.access, co_chiefs=2))

    visitor.send(f"/people/users/{user.pk}/appoint", role="CO_CHIEF")
