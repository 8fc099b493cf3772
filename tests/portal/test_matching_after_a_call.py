"""Who asked for a video call is matched with who is registered: by a registration officer, with the document that he showed."""

from datetime import UTC, date, datetime
from http import HTTPStatus

import pytest

from auth.models import CallDocument, Login, OperatorRole, PendingIdentity
from auth.operators import give_role
from auth.refusals import KeyRefusedError
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel, Means
from domain.configuration_refusals import ConfigurationRefusedError
from domain.identifiers import Sex
from domain.languages import Language
from evidence.models import AuditEvent
from evidence.own_events import Subject, events_of
from ingest.same_person import OtherPersonError
from portal.openid import providers
from portal.pages.own_sessions.event_words import EVENTS
from portal.pages.registration.forms import NumberForm
from portal.pages.registration.waiting import tell_why
from registers.access.models import EntityAccount, UserAccount
from registers.persons.bis_numbers import issue_bis_number
from registers.persons.details import name_person, read_details
from tests.portal.checkins.conftest import Visitor, sign_in
from tests.portal.conftest import token_in
from tests.portal.people import a_person, settle_manager
from tests.portal.test_video_calls import BORN, NOBODY_BORN, SEEN, ask, asked, directory, proved

pytestmark = pytest.mark.django_db
SHOWN = {name: said for name, said in SEEN.items() if name not in ("sex", "has_searched")}


@pytest.fixture(autouse=True)
def known_providers(desk):
    providers.cache_clear()
    yield
    providers.cache_clear()


@pytest.fixture
def officer(desk) -> Visitor:
    _person, login = a_person("of.ficer")
    give_role(login, OperatorRole.REGISTRAR, at=datetime.now(UTC), actor="test")
    return sign_in(login, level=AssuranceLevel.EID, means=Means.EID)


def somebody(family_name: str = "Nowak", born: date = BORN) -> tuple[str, int]:
    """Register a person, and return number and id."""
    now = datetime.now(UTC)
    number = issue_bis_number(directory(), born=born, sex=Sex.FEMALE, actor="test", at=now)
    person_id = directory().find([number])[number]
    name_person(person_id, family_name=family_name, first_name="Zofia", language=Language.EN, actor="test", at=now)
    return number, person_id


def support() -> Visitor:
    _person, login = a_person("su.pport")
    give_role(login, OperatorRole.SUPPORT, at=datetime.now(UTC), actor="test")
    return sign_in(login, level=AssuranceLevel.APP_CODE, means=Means.TOTP)


def test_after_a_call_a_registration_officer_matches_with_who_is_registered(officer: Visitor):
    (number, person_id), here = somebody(), f"/registration/identities/{asked()}"

    officer.send(here, number=number, **SHOWN)

    assert PendingIdentity.objects.get().state == "MATCHED"
    assert Login.objects.get(person_id=person_id).state == "INVITED"


@pytest.mark.parametrize("page", ["by number", "with a candidate"])
def test_a_match_whose_keys_would_open_nothing_says_so_and_the_person_waits_on(officer: Visitor, page):
    (number, person_id), here = somebody(), f"/registration/identities/{asked()}"
    account = settle_manager().company.user()
    UserAccount.objects.filter(pk=account.pk).update(person_id=person_id)
    EntityAccount.objects.update(is_password_login_allowed=False)
    path, sent = (here, {"number": number}) if page == "by number" else (f"{here}/match/{person_id}", {})

    answer = officer.send(path, HTTPStatus.CONFLICT, **SHOWN, **sent)

    assert "has switched off signing in with a password" in answer.content.decode()
    assert PendingIdentity.objects.get().state == "WAITING"
    assert not CallDocument.objects.exists()


@pytest.mark.parametrize(
    ("refused", "status", "sentence"),
    [
        (OtherPersonError, HTTPStatus.UNPROCESSABLE_ENTITY, "do not belong together"),
        (KeyRefusedError, HTTPStatus.CONFLICT, "is no longer what it was"),
        (ConfigurationRefusedError, HTTPStatus.CONFLICT, "belongs to somebody already"),
    ],
)
def test_each_reason_why_nothing_was_done_has_its_sentence(refused, status, sentence):
    form = NumberForm({"number": "85011512355"})
    assert form.is_valid()
    tell_why(form, refused("What.", next_step="Next."))
    assert (form.http_status, sentence in str(form.errors)) == (status, True)


@pytest.mark.parametrize("page", ["by number", "with a candidate"])
def test_the_document_is_noted_too_of_who_has_a_number_already(officer: Visitor, page):
    (number, person_id), identity = somebody(), asked()
    here = f"/registration/identities/{identity}"
    if page == "by number":
        officer.send(here, number=number, **SHOWN)
    else:
        officer.send(f"{here}/match/{person_id}", **SHOWN)

    assert PendingIdentity.objects.get().state == "MATCHED"
    row = CallDocument.objects.get()
    assert (row.identity_id, row.officer_id, row.document_kind) == (identity, officer.login.pk, "PASSPORT")
    event = AuditEvent.objects.get(action="identity:document-seen")
    assert (event.actor, event.detail["identity"]) == (f"login:{officer.login.pk}", identity)


@pytest.mark.parametrize(
    ("deviation", "sentence"),
    [
        ({"has_seen": ""}, "Compare the document with the person first."),
        ({"document": "BANK_CARD"}, "Only a national identity card or an international passport is accepted."),
        ({"document_expires_on": "01/01/2020"}, "The document has expired."),
        ({"family_name": ""}, "Enter the family name."),
        ({"first_name": ""}, "Enter the first name."),
        ({"birth_date": ""}, "Enter the date of birth."),
        ({"birth_date": "12/04/2190"}, NOBODY_BORN),
    ],
)
def test_after_a_call_nobody_is_matched_before_his_document_was_seen(officer: Visitor, deviation, sentence):
    (number, person_id), here = somebody(), f"/registration/identities/{asked()}"
    told = SHOWN | deviation

    assert sentence in officer.send(here, status=200, number=number, **told).content.decode()
    assert sentence in officer.send(f"{here}/match/{person_id}", status=200, **told).content.decode()

    assert PendingIdentity.objects.get().state == "WAITING"
    assert not CallDocument.objects.exists()


@pytest.mark.parametrize("page", ["by number", "with a candidate"])
@pytest.mark.parametrize(
    "slip",
    [{"birth_date": "12/04/1909"}, {"family_name": "Zofia", "first_name": "Nowak"}],
    ids=["another year", "names the wrong way round"],
)
def test_a_slip_in_asking_for_a_call_keeps_nobody_from_the_number_that_he_has(officer: Visitor, slip, page):
    number, person_id = somebody()
    ask(**slip)
    here = f"/registration/identities/{PendingIdentity.objects.get().pk}"
    path, said = (here, {"number": number}) if page == "by number" else (f"{here}/match/{person_id}", {})
    for told in slip.values():
        assert f'value="{told}"' in officer.text(path)

    officer.send(path, **said, **SHOWN)

    assert PendingIdentity.objects.get().state == "MATCHED"
    assert Login.objects.get(person_id=person_id).state == "INVITED"


def test_who_is_registered_under_the_name_of_the_document_is_shown_whatever_was_told(officer: Visitor):
    somebody()
    ask(family_name="Zofia", first_name="Nowak")
    here = f"/registration/identities/{PendingIdentity.objects.get().pk}"
    assert "/match/" not in officer.text(here)

    assert "/match/" in officer.send(here, status=200, **SHOWN).content.decode()


def test_somebody_who_is_named_nowhere_is_called_as_on_the_document(officer: Visitor):
    number = issue_bis_number(directory(), born=BORN, sex=Sex.FEMALE, actor="test", at=datetime.now(UTC))
    ask(family_name="Nowack")

    officer.send(f"/registration/identities/{PendingIdentity.objects.get().pk}", number=number, **SHOWN)

    person_id = directory().find([number])[number]
    assert read_details([person_id])[person_id].name == "Zofia Nowak"


def test_who_has_a_key_of_his_country_is_matched_without_a_document(officer: Visitor):
    number, _person_id = somebody("Kowalski")
    here = f"/registration/identities/{proved()}"
    assert 'name="document"' not in officer.text(here)

    officer.send(here, number=number)

    assert PendingIdentity.objects.get().state == "MATCHED"
    assert not CallDocument.objects.exists()


def test_who_only_asked_for_a_call_is_said_to_have_proved_nothing(officer: Visitor):
    here = f"/registration/identities/{asked()}"
    for page in (here, "/registration/identities"):
        told = officer.text(page)
        assert "nothing yet: asked for a video call" in told
        assert "code by e-mail" not in told
    assert "Known there as" not in officer.text(here)
    assert "key of another European country, level 400" in officer.text(f"/registration/identities/{proved()}")


@pytest.mark.parametrize("other", [("Victim", BORN), ("Nowak", date(1980, 1, 1))], ids=["name", "day of birth"])
def test_after_a_call_nobody_is_given_the_keys_of_somebody_else(officer: Visitor, other):
    (number, person_id), here = somebody(*other), f"/registration/identities/{asked()}"

    for page, said in ((here, {"number": number, **SHOWN}), (f"{here}/match/{person_id}", SHOWN)):
        refused = officer.send(page, status=HTTPStatus.UNPROCESSABLE_ENTITY, **said).content.decode()
        assert "Number, name and date of birth do not belong together." in refused

    assert PendingIdentity.objects.get().state == "WAITING"
    assert not Login.objects.filter(person_id=person_id).exists()
    assert not OutboxMessage.objects.filter(carrier="SMS").exists()


def test_support_hands_first_keys_to_nobody_after_a_call(desk):
    (number, person_id), here = somebody(), f"/registration/identities/{asked()}"
    visitor = support()
    shown = visitor.text(here)
    assert "only a registration officer" in shown
    assert "/match/" not in shown
    token = token_in(visitor.text(f"{here}/ask"))

    visitor.send(here, token=token, status=HTTPStatus.FORBIDDEN, number=number)
    visitor.get(f"{here}/match/{person_id}", status=HTTPStatus.FORBIDDEN)
    visitor.send(f"{here}/match/{person_id}", token=token, status=HTTPStatus.FORBIDDEN)
    assert PendingIdentity.objects.get().state == "WAITING"


def test_what_became_of_a_call_tells_which_person_it_was(officer: Visitor):
    (number, person_id), identity = somebody(), asked()
    here = f"/registration/identities/{identity}"
    token = token_in(officer.text(here))
    before = AuditEvent.objects.count()

    officer.send(here, token=token, number=number, **SHOWN)

    events = AuditEvent.objects.order_by("id")[before:]
    told = {event.action: event.detail for event in events}
    assert [event.action for event in events].count("identity:read") == 1
    facts = {"identity": identity, "person": person_id, "means": "EMAIL_CODE"}
    assert {**told["identity:matched"], **facts} == told["identity:matched"]
    login = Login.objects.get(person_id=person_id)
    subject = Subject(actor=f"login:{login.pk}", login=login.pk, person=person_id)
    of_account = [event.action for event in events_of(subject, actions=list(EVENTS), most=50)]
    assert "account:recognised" in of_account
    assert "account:identity:added" not in of_account
