"""The forms by which somebody looks after the own keys, stays, e-Box, attestations and first sign-in."""

import re
from typing import Any

import pyotp
from django.conf import settings
from django.test import Client

from auth.keys.enrolments import issue_operator_link
from auth.keys.life import suspend
from auth.keys.password_setting import set_password
from auth.keys.rights import SetUpRight
from auth.keys.temporary_passwords import ReachedBy, issue_activation
from auth.models import DigitalKey, Login, LoginState
from correspondence.models import OutboxMessage
from domain.access.actors import Actor
from domain.access.qualities import Quality
from domain.assurance import AssuranceLevel
from domain.environments import Environment
from domain.languages import Language
from evidence.clock import SystemClock
from portal.pages.keys.passkeys import relying_party
from registers.access.entity_accounts import register_account
from registers.persons.details import name_person
from registers.persons.numbers import PersonDirectory, PersonKeys
from registers.student_days.models import Attestation
from tests.auth.software_authenticator import SoftwareAuthenticator
from tests.portal.browser.pages import Who
from tests.portal.conftest import PASSWORD, the_mailed_code, token_in
from tests.portal.people import a_person
from tests.portal.twice.sending import Form, Prepare, Scene, on
from tests.registers.access.conftest import an_entity

OWN = "garden-wall-28-stone"


def the_right(login: Login) -> SetUpRight:
    return SetUpRight(login.pk, AssuranceLevel.EID, f"login:{login.pk}")


def give_password(scene: Scene, login: Login) -> DigitalKey:
    set_password(
        the_right(login), user_name=None, password=PASSWORD, repeated=PASSWORD, desk=scene.desk, at=SystemClock().now()
    )
    return DigitalKey.objects.get(login=login, means="PASSWORD")


def with_password(page: str, **said: Any) -> Prepare:
    """Return what prepares a form of somebody who has a password; `{key}` in its path stands for that key."""

    def prepare(scene: Scene) -> Form:
        key = give_password(scene, scene.people.login)
        return Form(scene.browser(Who.SIGNED_IN), page.format(key=key.pk), said)

    return prepare


def a_suspended_key(scene: Scene) -> Form:
    key = give_password(scene, scene.people.login)
    suspend(key.pk, the_right(scene.people.login), persons=scene.desk.persons, at=SystemClock().now())
    return Form(scene.browser(Who.SIGNED_IN), f"/keys/{key.pk}/resume")


def scanned(browser: Client, page: str, **said: Any) -> Form:
    """Return the form that asks for the first code of an app which scanned the picture."""
    shown = browser.get(page, follow=True, secure=True).text
    sent = {"form-token": token_in(shown), **said}
    answer = browser.post(page, sent, secure=True).text
    secret = re.search(r'counter-code">([A-Z2-7 ]+)<', answer)
    assert secret, answer
    code = pyotp.TOTP(secret[1].replace(" ", "")).now()
    return Form(browser, page, {"code": code, "label": "phone"}, shown=answer)


def an_app_to_confirm(scene: Scene) -> Form:
    give_password(scene, scene.people.login)
    return scanned(scene.browser(Who.SIGNED_IN), "/keys/app")


def a_passkey(scene: Scene) -> Form:
    browser, party = scene.browser(Who.SIGNED_IN), relying_party()
    shown = browser.get("/keys/passkey", secure=True)
    device = SoftwareAuthenticator(origin=party.origin, rp_id=party.id)
    said = {"answer": device.make(shown.context["options"]), "label": "phone"}
    return Form(browser, "/keys/passkey", said, shown=shown.content.decode())


def mailed(page: str, who: Who) -> Prepare:
    """Return what prepares the form that asks for the code which went to an address."""

    def prepare(scene: Scene) -> Form:
        browser = scene.browser(who)
        sent = {"form-token": token_in(browser.get(page, secure=True).text), "address": "els@example.org"}
        browser.post(page, sent, secure=True)
        return Form(browser, f"{page}/code", {"code": the_mailed_code()})

    return prepare


def of_a_named_person(prepare: Prepare) -> Prepare:
    """Return what prepares a form of a manager whose name is known."""

    def prepare_and_name(scene: Scene) -> Form:
        name_person(
            scene.people.manager.person_id,
            family_name="Claes",
            first_name="Els",
            language=Language.NL,
            actor="test",
            at=SystemClock().now(),
        )
        return prepare(scene)

    return prepare_and_name


def an_activation(scene: Scene) -> Form:
    """Let a chief without a national number sign in with his codes."""
    person, login = a_person("chief.one")
    Login.objects.filter(pk=login.pk).update(state=LoginState.INVITED)
    now = SystemClock().now()
    register_account(
        an_entity("0123456749"), chief_id=person.pk, quality=Quality.EMPLOYER, by=Actor.legal_representative(), at=now
    )
    issue_activation(login.pk, ReachedBy("chief@example.org", "+32470000000"), actor="test", desk=scene.desk, at=now)
    text = OutboxMessage.objects.filter(carrier="SMS").order_by("-pk").values_list("body", flat=True)[0]
    temporary = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", text)
    assert temporary, text
    browser = scene.browser(Who.NOBODY)
    browser.post("/activate", {"user_name": "chief.one", "password": temporary[0]}, secure=True)
    return Form(browser, "/activate/new-password", {"password": OWN, "repeated": OWN}, leads_to="/home")


def a_first_app(scene: Scene) -> Form:
    begun = an_activation(scene)
    answer = begun.browser.post(begun.page, begun.said, secure=True)
    return scanned(begun.browser, answer.headers["Location"])


def an_opened_link(scene: Scene) -> Form:
    login = Login.objects.create(user_name="root-operator", state=LoginState.INVITED, created_at=SystemClock().now())
    link = issue_operator_link(login.pk, actor="operator", desk=scene.desk, at=SystemClock().now())
    browser = scene.browser(Who.NOBODY)
    browser.post(f"/first-keys/{link.link}", {"code": ""}, secure=True)
    return Form(browser, "/first-keys", {"user_name": "root-operator", "password": OWN, "repeated": OWN})


def first_keys_app(scene: Scene) -> Form:
    opened = an_opened_link(scene)
    token = token_in(opened.browser.get(opened.page, secure=True).text)
    opened.browser.post(opened.page, {**opened.said, "form-token": token}, secure=True)
    return scanned(opened.browser, "/first-keys/app")


def number_student(scene: Scene) -> None:
    directory = PersonDirectory(PersonKeys.read(settings.KEYS / "persons.json"), environment=Environment.PRODUCTION)
    directory.add_number("05071400153", person_id=scene.people.student.person_id, at=SystemClock().now())


def an_attestation(scene: Scene) -> Form:
    number_student(scene)
    return Form(scene.browser(Who.STUDENT), "/student/attestation")


def an_attestation_to_withdraw(scene: Scene) -> Form:
    made = an_attestation(scene)
    token = token_in(made.browser.get(made.page, secure=True).text)
    made.browser.post(made.page, {"form-token": token, "language": "en"}, secure=True)
    return Form(made.browser, f"/student/attestation/{Attestation.objects.latest('pk').number}/withdraw")


def hidden(page: str, document: int, who: Who) -> Prepare:
    """Return what prepares the form that shows a hidden document of an e-Box again."""

    def prepare(scene: Scene) -> Form:
        browser = scene.browser(who)
        token = token_in(browser.get(f"{page}/{document}", secure=True).text)
        browser.post(f"{page}/{document}/hide", {"form-token": token}, secure=True)
        return Form(browser, f"{page}/{document}")

    return prepare


def an_active_ebox(page: str, who: Who) -> Prepare:
    def prepare(scene: Scene) -> Form:
        asked = mailed(f"{page}", who)(scene)
        token = token_in(asked.browser.get(asked.page, secure=True).text)
        asked.browser.post(asked.page, {**asked.said, "form-token": token}, secure=True)
        return Form(asked.browser, page.rpartition("/")[0] + "/stop" if page.endswith("address") else f"{page}/stop")

    return prepare


FORMS: dict[str, Prepare] = {
    "new-password": an_activation,
    "first-app-confirm": a_first_app,
    "first-keys": an_opened_link,
    "first-keys-app-confirm": first_keys_app,
    "am-i-registered": on("/help/am-i-registered", Who.NOBODY, birth_date="01/05/2004", email="jan@example.be"),
    "video-call": on(
        "/login/video-call", Who.NOBODY, birth_date="01/05/2004", mail="jan@example.be", phone="+34600123456"
    ),
    "session-end": on("/sessions", Who.SIGNED_IN),
    "sessions-end-others": on("/sessions", Who.SIGNED_IN),
    "key-password": on("/keys/password", Who.SIGNED_IN),
    "key-app-confirm": an_app_to_confirm,
    "key-card": with_password("/keys/card"),
    "key-recovery": with_password("/keys/recovery"),
    "key-email": on("/keys/email", Who.SIGNED_IN),
    "key-email-code": mailed("/keys/email", Who.SIGNED_IN),
    "key-passkey": a_passkey,
    "key-suspend": with_password("/keys/{key}/suspend"),
    "key-resume": a_suspended_key,
    "key-remove": with_password("/keys/{key}/remove"),
    "own-ebox-address": on("/my-ebox/address", Who.STUDENT),
    "key-notices": of_a_named_person(on("/keys/notices", Who.MANAGER)),
    "key-notices-code": of_a_named_person(mailed("/keys/notices", Who.MANAGER)),
    "own-ebox-code": mailed("/my-ebox/address", Who.STUDENT),
    "own-ebox-stop": an_active_ebox("/my-ebox/address", Who.STUDENT),
    "own-ebox-hide": on("/my-ebox/100004", Who.STUDENT),
    "own-ebox-label": on("/my-ebox/100004", Who.STUDENT, label="Tax"),
    "own-ebox-show": hidden("/my-ebox", 100004, Who.STUDENT),
    "student-attestation": an_attestation,
    "student-attestation-withdraw": an_attestation_to_withdraw,
    "ebox-alert": on("/ebox/mails"),
    "ebox-alert-code": mailed("/ebox/mails", Who.MANAGER),
    "ebox-alert-stop": an_active_ebox("/ebox/mails", Who.MANAGER),
    "ebox-handle": on("/ebox/100001"),
    "ebox-hide": on("/ebox/100001"),
    "ebox-label": on("/ebox/100001", label="Tax"),
    "ebox-show": hidden("/ebox", 100001, Who.MANAGER),
    "ebox-routes": on("/ebox/parameters/100002"),
}
