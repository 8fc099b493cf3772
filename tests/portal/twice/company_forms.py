"""The forms by which an access manager looks after people, qualities, mandates and appointments."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.test import Client

from auth.models import DigitalKey, Login
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from domain.assurance import AssuranceLevel
from domain.brussels import brussels_date
from domain.languages import Language
from domain.quarters import Quarter
from registers.access.appointing import appoint
from registers.access.granting import WantedRight, grant
from registers.access.models import Appointment, EntityAccount, Grant, UserAccount
from registers.persons.details import name_person, set_email
from tests.portal.browser.pages import Who
from tests.portal.conftest import token_in
from tests.portal.people import Manager, settle_for, settle_user
from tests.portal.twice.sending import Form, Prepare, Scene, on
from tests.registers.access.conftest import signed_in

NO_RIGHTS = dict.fromkeys(["DIMONA", "CHECK_INS", "ACCESS", "CHANNELS", "EBOX", "MANDATES"], "NONE")
_OWN_INVITATION, _OWN_ACCOUNT = 100004, 100005
SOMEBODY = {"number": "", "address": "jan@example.be", "mobile": "0470 12 34 56", "language": "nl", "is_employed": "on"}


def now() -> datetime:
    return datetime.now(UTC)


def seen_by(somebody: Manager) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies[settings.SESSION_COOKIE_NAME] = somebody.cookie
    return client


def a_user(scene: Scene) -> UserAccount:
    return UserAccount.objects.get(person_id=settle_user(scene.people.manager).person_id)


def by_whom(state: str) -> str:
    return "COMPANY" if state == "BLOCKED" else ""


def about_a_user(step: str, state: str = "ACTIVE", **said: Any) -> Prepare:
    """Return what prepares a form about a user of the company in that state."""

    def prepare(scene: Scene) -> Form:
        user = a_user(scene)
        UserAccount.objects.filter(pk=user.pk).update(state=state, blocked_by=by_whom(state))
        return Form(scene.browser(Who.MANAGER), f"/people/users/{user.pk}/{step}", said)

    return prepare


def an_own_invitation(step: str) -> Prepare:
    """Return what prepares a form about the manager's own invitation to another company."""

    def prepare(scene: Scene) -> Form:
        invited = UserAccount.objects.filter(person_id=scene.people.manager.person_id, state="EXPIRED")
        invited.update(state="INVITED")
        return Form(scene.browser(Who.MANAGER), f"/invitations/{_OWN_INVITATION}/{step}")

    return prepare


def a_locked_user(scene: Scene) -> Form:
    user = a_user(scene)
    DigitalKey.objects.create(
        login=Login.objects.get(person_id=user.person_id),
        means="PASSWORD",
        state="ACTIVE",
        enrolled_level=200,
        created_at=now(),
        locked_until=now() + timedelta(minutes=15),
    )
    return Form(scene.browser(Who.MANAGER), f"/people/users/{user.pk}/unlock")


def a_right_that_waits(step: str) -> Prepare:
    def prepare(scene: Scene) -> Form:
        manager = scene.people.manager
        own = UserAccount.objects.get(pk=_OWN_ACCOUNT)
        wanted = WantedRight(ServiceCode.ACCESS, Right.DECLARE)
        grant(own.pk, wanted, by=signed_in(manager.person_id), at=now())
        helper = Appointment.objects.get(entity_id=manager.entity_id, role=Role.CO_CHIEF)
        second = seen_by(settle_for(manager.company, helper.person_id, "di.second"))
        return Form(second, f"/people/users/{own.pk}/rights/{Grant.objects.latest('pk').pk}/{step}")

    return prepare


def of_a_manager(step: str, state: str = "ACTIVE") -> Prepare:
    """Return what prepares a form about the co-chief in that state."""

    def prepare(scene: Scene) -> Form:
        Appointment.objects.filter(pk=100001).update(state=state, blocked_by=by_whom(state))
        return Form(scene.browser(Who.MANAGER), f"/people/appointments/100001/{step}")

    return prepare


def a_proposal_to_withdraw(scene: Scene) -> Form:
    manager = scene.people.manager
    proposed = appoint(
        manager.entity_id,
        role=Role.CO_MANAGER,
        person_id=a_user(scene).person_id,
        quality="EMPLOYER",
        by=signed_in(manager.person_id),
        at=now(),
    )
    return Form(scene.browser(Who.MANAGER), f"/people/appointments/{proposed.pk}/withdraw")


def an_own_place(scene: Scene) -> Form:
    manager = scene.people.manager
    manager.company.appoint(Role.CO_MANAGER, at=now())
    own = Appointment.objects.get(entity_id=manager.entity_id, role=Role.MANAGER)
    return and_signed_out(scene, f"/appointments/{own.pk}/end")


def and_signed_out(scene: Scene, page: str) -> Form:
    """Return a form of the manager that ends her stay for the company too."""
    back = quote(f"{page}?unsent=yes", safe="")
    return Form(scene.browser(Who.MANAGER), page, leads_to=f"/session/ended?next={back}")


def a_company_without_manager(scene: Scene) -> Form:
    Appointment.objects.filter(entity_id=scene.people.manager.entity_id, role=Role.MANAGER).update(
        state="ENDED", valid_until=now()
    )
    return Form(scene.browser(Who.MANAGER), "/people/become-manager")


def a_further_quality(scene: Scene) -> Form:
    browser = scene.browser(Who.MANAGER)
    page = browser.get("/company/qualities/new", secure=True).text
    browser.post("/company/qualities/new", {"form-token": token_in(page), "quality": "SERVICE_PROVIDER"}, secure=True)
    return Form(browser, "/company/qualities/SERVICE_PROVIDER/end")


def a_chief_with_a_passkey(scene: Scene) -> Form:
    DigitalKey.objects.create(
        login=scene.people.manager.login,
        means="PASSKEY",
        state="ACTIVE",
        subject=b"s" * 32,
        enrolled_level=AssuranceLevel.EID,
        created_at=now(),
    )
    return Form(scene.browser(Who.MANAGER), "/company/password/off")


def a_company_without_passwords(scene: Scene) -> Form:
    EntityAccount.objects.update(is_password_login_allowed=False)
    return Form(scene.browser(Who.MANAGER), "/company/password/on")


def a_user_with_a_password(scene: Scene) -> Form:
    user = a_user(scene)
    name_person(user.person_id, family_name="Maes", first_name="Jan", language=Language.EN, actor="test", at=now())
    set_email(user.person_id, "jan@example.be", actor="test", at=now())
    DigitalKey.objects.create(
        login=Login.objects.get(person_id=user.person_id),
        means="PASSWORD",
        state="ACTIVE",
        enrolled_level=200,
        created_at=now(),
    )
    return Form(scene.browser(Who.MANAGER), "/company/password/announce")


THIS_QUARTER = str(Quarter.of(brussels_date(now())))

FORMS: dict[str, Prepare] = {
    "people-add": on("/people/users/new", **SOMEBODY),
    "people-take-up": a_company_without_manager,
    "people-resign": on("/people/resign"),
    "people-manager end": of_a_manager("end"),
    "people-manager block": of_a_manager("block"),
    "people-manager unblock": of_a_manager("unblock", "BLOCKED"),
    "people-manager withdraw": a_proposal_to_withdraw,
    "people-rights": about_a_user("rights", **{**NO_RIGHTS, "CHECK_INS": "CONSULT"}),
    "people-right-confirm": a_right_that_waits("confirm"),
    "people-right-refuse": a_right_that_waits("refuse"),
    "people-password": on("/people/users/100001/password"),
    "people-appoint": about_a_user("appoint", role="CO_MANAGER"),
    "people-step block": about_a_user("block"),
    "people-step unblock": about_a_user("unblock", "BLOCKED"),
    "people-step unlock": a_locked_user,
    "people-step sign-out": about_a_user("sign-out"),
    "people-step attest": about_a_user("attest"),
    "people-invite": on("/people/users/100001/invite"),
    "people-step remove": about_a_user("remove"),
    "own-invitation-accept": an_own_invitation("accept"),
    "own-invitation-decline": an_own_invitation("decline"),
    "own-appointment-end": an_own_place,
    "own-account-leave": lambda scene: and_signed_out(scene, f"/accounts/{_OWN_ACCOUNT}/leave"),
    "own-appointment-accept": on("/appointments/200003/accept"),
    "own-appointment-decline": on("/appointments/200003/decline"),
    "company-quality-add": on("/company/qualities/new"),
    "company-quality-end": a_further_quality,
    "company-password-off": a_chief_with_a_passkey,
    "company-password-on": a_company_without_passwords,
    "company-password-announce": a_user_with_a_password,
    "mandate-offer": on("/mandates/new", company="0400.767.772", groups=["CHECK_INS"], start=THIS_QUARTER, end=""),
    "mandate-step accept": on("/mandates/100001/accept"),
    "mandate-step refuse": on("/mandates/100001/refuse"),
    "mandate-step end": on("/mandates/100001/end"),
}
