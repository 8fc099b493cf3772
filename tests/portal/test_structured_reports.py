"""A manager configures a sender as the seed describes it: technical user, channels, certificate, services, number."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from auth.models import Session
from channels.models import Sender, SenderCertificate, SenderService, SenderState, SshKey
from commands.authority import Authority
from domain.access.services import Right, ServiceCode
from domain.channels import Channel
from evidence.models import AuditEvent
from portal.pages.overtaken import SHOWN
from portal.pages.sending_once import FIELD, new_form_token
from registers.access.granting import WantedRight, grant
from registers.access.models import UserAccount
from tests.counter_bench import trust_authority
from tests.portal.people import Manager, settle_manager, settle_stranger, settle_user
from tests.registers.access.conftest import signed_in

pytestmark = pytest.mark.django_db
CONTACT = {"name": "Jan Peeters", "address": "jan@example.be", "language": "nl"}
MOST_QUERIES = 12


@dataclass
class Visitor:
    """A browser without scripts, signed in as a manager."""

    client: Client
    manager: Manager

    def get(self, path: str, status: int = HTTPStatus.OK):
        answer = self.client.get(path, secure=True)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return answer

    def send(self, path: str, status: int = HTTPStatus.SEE_OTHER, **said: object):
        page = self.get(path)
        token = new_form_token(page.context["request"])
        held = {SHOWN: page.context["shown"]} if SHOWN in page.content.decode() else {}
        answer = self.client.post(path, {**held, **said, FIELD: token}, secure=True)
        assert answer.status_code == status, answer.content.decode()[:4000]
        return answer

    def send_unasked(self, path: str, status: int = HTTPStatus.CONFLICT):
        """Send the form of a question that is not asked, as who had it open before."""
        token = new_form_token(self.get("/home").context["request"])
        answer = self.client.post(path, {FIELD: token}, secure=True)
        assert answer.status_code == status, answer.content.decode()[:4000]
        return answer

    def add_sender(self) -> Sender:
        self.send("/reports/new/technical-user", **CONTACT)
        return Sender.objects.latest("number")


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return a_visitor(client, settle_manager())


def a_visitor(client: Client, manager: Manager) -> Visitor:
    client.cookies["__Host-session"] = manager.cookie
    client.cookies["__Host-language"] = "en"
    return Visitor(client, manager)


@pytest.fixture
def authority() -> Authority:
    made = Authority.create("Authority of senders", at=now() - timedelta(days=99), lifetime=timedelta(days=3650))
    trust_authority(made)
    return made


def now() -> datetime:
    return datetime.now(UTC)


def a_certificate(authority: Authority, *, name: str = "Signer") -> bytes:
    signer = authority.issue_signer(name, at=now() - timedelta(days=1), lifetime=timedelta(days=365))
    return signer.certificate.public_bytes(Encoding.PEM)


def a_file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("signer.pem", content)


def an_ssh_key() -> str:
    key = Ed25519PrivateKey.generate().public_key()
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def test_naming_the_technical_user_shows_the_sender_number(visitor: Visitor):
    answer = visitor.send("/reports/new/technical-user", **CONTACT)
    sender = Sender.objects.get()

    assert answer["Location"] == f"/reports/{sender.number}"
    assert sender.number in visitor.get(answer["Location"]).content.decode()
    assert (sender.entity_id, sender.technical_user.quality) == (visitor.manager.entity_id, "EMPLOYER")
    assert sender.technical_user.contact_name == "Jan Peeters"


def test_a_sender_is_found_again_in_the_overview(visitor: Visitor):
    sender = visitor.add_sender()

    assert sender.number in visitor.get("/reports").content.decode()
    assert sender.number in visitor.get("/reports?q=jan").content.decode()
    assert sender.number not in visitor.get("/reports?q=piet").content.decode()


def test_a_sender_with_everything_is_activated(visitor: Visitor, authority: Authority):
    number = visitor.add_sender().number
    visitor.send(f"/reports/{number}/channels", channels=["SFTP"])
    visitor.send(f"/reports/{number}/ssh-keys", key=an_ssh_key())
    visitor.send(f"/reports/{number}/certificates", certificate=a_file(a_certificate(authority)))
    visitor.send(f"/reports/{number}/services", DIMN=["R", "T"])
    assert Sender.objects.get().state == SenderState.CONFIGURED
    visitor.send(f"/reports/{number}/activate")

    sender = Sender.objects.get()
    assert sender.state == SenderState.ACTIVE
    assert [row.channel for row in sender.channels.all()] == [Channel.SFTP]
    assert sorted(row.environment for row in sender.services.all()) == ["R", "T"]
    assert SshKey.objects.get().technical_user_id == sender.technical_user_id
    actors = set(AuditEvent.objects.exclude(action__startswith="account").values_list("actor", flat=True))
    assert f"person:{visitor.manager.person_id}" in actors


def test_activation_is_offered_once_nothing_is_lacking(visitor: Visitor, authority: Authority):
    here = f"/reports/{an_equipped_sender(visitor, authority)}"
    assert f'href="{here}/activate"' in visitor.get(here).content.decode()
    visitor.send(f"{here}/contact/block")
    page = main_of(visitor.get(here))

    assert f'href="{here}/activate"' not in page
    assert f'<a class="govuk-link" href="{here}/contact/unblock">Unblock the technical user</a>' in page


def test_a_suspended_sender_is_let_go_on_once_it_has_a_certificate_again(visitor: Visitor, authority: Authority):
    here = f"/reports/{an_equipped_sender(visitor, authority)}"
    visitor.send(f"{here}/activate")
    visitor.send(f"{here}/suspend")
    SenderCertificate.objects.update(revoked_at=F("registered_at"))
    page = main_of(visitor.get(here))
    refused = visitor.send(f"{here}/resume", status=HTTPStatus.CONFLICT).content.decode()
    visitor.send(f"{here}/certificates", certificate=a_file(a_certificate(authority)))

    assert f'href="{here}/resume"' not in page
    assert f'<a class="govuk-link" href="{here}/certificates">Upload a certificate that is valid now</a>' in page
    assert "Before the sender can be active, do this: Upload a certificate that is valid now." in refused
    assert f'href="{here}/resume"' in visitor.get(here).content.decode()


def an_equipped_sender(visitor: Visitor, authority: Authority) -> str:
    number = visitor.add_sender().number
    visitor.send(f"/reports/{number}/channels", channels=["SFTP"])
    visitor.send(f"/reports/{number}/certificates", certificate=a_file(a_certificate(authority)))
    visitor.send(f"/reports/{number}/services", DIMN=["R"])
    return number


def main_of(answer) -> str:
    text = answer.content.decode()
    return text[text.index("<main") : text.index("</main>")]


def test_the_same_form_sent_twice_makes_one_sender(visitor: Visitor):
    page = visitor.get("/reports/new/technical-user")
    said = {**CONTACT, FIELD: new_form_token(page.context["request"])}
    first, second = (visitor.client.post("/reports/new/technical-user", said, secure=True) for _ in range(2))

    assert second.status_code == HTTPStatus.CONFLICT
    assert f'href="{first["Location"]}"' in second.content.decode()
    assert Sender.objects.count() == 1


def test_a_sender_that_lacks_something_is_not_activated(visitor: Visitor):
    number = visitor.add_sender().number
    answer = visitor.send(f"/reports/{number}/activate", status=HTTPStatus.CONFLICT)

    steps = "Choose the channels; Upload a certificate that is valid now; Choose the services."
    assert f"Before the sender can be active, do this: {steps}" in answer.content.decode()
    assert "As things stand now: <strong>Being configured</strong>" in answer.content.decode()
    assert Sender.objects.get().state == SenderState.DRAFT


def test_an_active_sender_keeps_a_channel(visitor: Visitor, authority: Authority):
    number = visitor.add_sender().number
    visitor.send(f"/reports/{number}/channels", channels=["SFTP"])
    answer = visitor.send(f"/reports/{number}/channels", status=HTTPStatus.OK)

    assert "Choose one channel at least." in answer.content.decode()
    assert Sender.objects.get().channels.count() == 1


def test_a_revoked_key_is_gone_from_the_page(visitor: Visitor):
    number = visitor.add_sender().number
    visitor.send(f"/reports/{number}/ssh-keys", key=an_ssh_key())
    key = SshKey.objects.get()
    visitor.send(f"/reports/{number}/ssh-keys/{key.pk}/revoke")

    assert "No key yet" in visitor.get(f"/reports/{number}/ssh-keys").content.decode()


WRONG_KEYS = {
    "no key": ("hello", "This is no public SSH key"),
    "a private key": ("-----BEGIN OPENSSH PRIVATE KEY-----", "This is a private key."),
    "nothing": ("", "Paste a public SSH key."),
    "far too much": ("x" * 5_000, "longer than any public SSH key"),
}


@pytest.mark.parametrize(("text", "sentence"), WRONG_KEYS.values(), ids=WRONG_KEYS)
def test_a_wrong_ssh_key_is_told_what_is_wrong(visitor: Visitor, text: str, sentence: str):
    number = visitor.add_sender().number
    answer = visitor.send(f"/reports/{number}/ssh-keys", status=HTTPStatus.OK, key=text)

    assert sentence in answer.content.decode()


def test_a_sender_may_deliver_each_message_that_one_manager_chooses(visitor: Visitor):
    number = visitor.add_sender().number
    visitor.send(f"/reports/{number}/services", DIMN=["R"], CIAO=["R", "T"])
    shown = visitor.get(f"/reports/{number}").content.decode()

    assert services_of(number) == {("DIMN", "R"), ("CIAO", "R"), ("CIAO", "T")}
    assert "Check-ins at work places (real, test)" in shown
    assert f"FI.CIAO.{number}, FI.DIMN.{number}" in shown


def test_services_that_another_changed_meanwhile_stay_as_he_left_them(visitor: Visitor):
    number = visitor.add_sender().number
    seen = visitor.get(f"/reports/{number}/services").context["shown"]
    visitor.send(f"/reports/{number}/services", DIMN=["R"])
    stale = visitor.send(f"/reports/{number}/services", HTTPStatus.CONFLICT, CIAO=["R"], **{SHOWN: seen})

    assert "Somebody changed this after your page was shown." in stale.content.decode()
    assert services_of(number) == {("DIMN", "R")}


def test_a_message_that_comes_by_some_channels_alone_says_so(visitor: Visitor, settings):
    only = {"CIAO": frozenset({Channel.SFTP, Channel.WEB_SERVICE})}
    settings.GUICHET = replace(settings.GUICHET, purpose_channels=only)
    number = visitor.add_sender().number

    assert "Only by: SFTP, web service." in visitor.get(f"/reports/{number}/services").content.decode()


def test_access_declarations_are_asked_for_on_a_page_of_their_own_and_never_chosen(visitor: Visitor):
    number = visitor.add_sender().number
    shown = visitor.get(f"/reports/{number}/services").content.decode()
    visitor.send(f"/reports/{number}/services", DIMN=["R"], ACCS=["R"])

    assert f'href="/reports/{number}/access"' in shown
    assert "(optional)" not in shown
    assert "Not asked for" in shown
    assert services_of(number) == {("DIMN", "R")}


def test_a_sender_of_access_declarations_needs_no_other_service(visitor: Visitor):
    number = visitor.add_sender().number
    visitor.send(f"/reports/{number}/services", DIMN=["R"])
    visitor.send(f"/reports/{number}/access/ask")
    visitor.send(f"/reports/{number}/services")

    assert services_of(number) == {("ACCS", "R"), ("ACCS", "T"), ("ACCS", "S")}
    assert "Active" in visitor.get(f"/reports/{number}/services").content.decode()
    assert "Access declarations (real, simulation, test)" in visitor.get(f"/reports/{number}").content.decode()


def test_a_sender_without_any_service_is_told_to_choose_one(visitor: Visitor):
    number = visitor.add_sender().number
    answer = visitor.send(f"/reports/{number}/services", status=HTTPStatus.OK)

    assert "Choose one service at least." in answer.content.decode()


def test_who_only_manages_channels_is_told_that_a_manager_asks_for_access_declarations(visitor: Visitor):
    number, user = visitor.add_sender().number, settle_user(visitor.manager)
    account = UserAccount.objects.get(person_id=user.person_id)
    by = signed_in(visitor.manager.person_id)
    grant(account.pk, WantedRight(ServiceCode.CHANNELS, Right.MANAGE), by=by, at=now())
    shown = a_visitor(Client(), user).get(f"/reports/{number}/services").content.decode()

    assert "An access manager of your company asks for it." in shown
    assert f"/reports/{number}/access" not in shown


def test_notifications_are_copied_to_the_ebox_until_that_is_stopped(visitor: Visitor):
    number = visitor.add_sender().number
    assert f"/reports/{number}/ebox-copy" in visitor.get(f"/reports/{number}").content.decode()
    visitor.send(f"/reports/{number}/ebox-copy")
    assert Sender.objects.get().ebox_copy
    shown = visitor.get(f"/reports/{number}").content.decode()
    assert f"/reports/{number}/ebox-copy/stop" in shown
    assert "switched on" in shown
    visitor.send(f"/reports/{number}/ebox-copy/stop")

    assert not Sender.objects.get().ebox_copy


def services_of(number: str) -> set[tuple[str, str]]:
    return set(SenderService.objects.filter(sender=number).values_list("purpose", "environment"))


SENDERS_PAGES = (
    "",
    "/channels",
    "/ssh-keys",
    "/certificates",
    "/services",
    "/ebox-copy",
    "/ebox-copy/stop",
    "/activate",
    "/suspend",
    "/resume",
    "/retire",
)


@pytest.mark.parametrize("page", SENDERS_PAGES)
def test_another_companys_sender_looks_like_one_that_is_not_there(visitor: Visitor, client: Client, page: str):
    number = visitor.add_sender().number
    other = a_visitor(Client(), settle_manager(company="0400767772", user_name="an.other"))

    other.get(f"/reports/{number}{page}", status=HTTPStatus.NOT_FOUND)
    other.get(f"/reports/999998{page}", status=HTTPStatus.NOT_FOUND)


def test_who_manages_nothing_is_told_who_can_give_the_right(visitor: Visitor):
    user = a_visitor(Client(), settle_user(visitor.manager))
    answer = user.get("/reports", status=HTTPStatus.FORBIDDEN)

    assert "Your access manager can give you this right." in answer.content.decode()


def test_to_who_has_no_place_in_the_company_it_looks_like_nothing(visitor: Visitor):
    stranger = a_visitor(Client(), settle_stranger(visitor.manager))

    stranger.get("/reports", status=HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize("page", ["certificates", "ssh-keys", "ftp/networks", "ftp/password", "ftp/certificates"])
def test_a_stay_that_is_not_fresh_proves_itself_before_it_lets_somebody_in(visitor: Visitor, page: str):
    number = visitor.add_sender().number
    Session.objects.filter(login=visitor.manager.login).update(authenticated_at=now() - timedelta(minutes=6))
    answer = visitor.get(f"/reports/{number}/{page}", status=HTTPStatus.FOUND)

    assert answer["Location"].startswith("/step-up")


def test_who_sends_a_key_six_minutes_later_is_told_that_nothing_was_saved(visitor: Visitor):
    here = f"/reports/{visitor.add_sender().number}/ssh-keys"
    token = new_form_token(visitor.get(here).context["request"])
    stays = Session.objects.filter(login=visitor.manager.login)
    stays.update(authenticated_at=now() - timedelta(minutes=6))
    led = visitor.client.post(here, {"key": an_ssh_key(), FIELD: token}, secure=True)
    asked = main_of(visitor.get(led["Location"]))
    stays.update(authenticated_at=now())
    (back,) = parse_qs(urlsplit(led["Location"]).query)["next"]

    assert urlsplit(led["Location"]).path == "/step-up"
    assert "What you sent is not saved." in asked
    assert urlsplit(back).path == here
    told = visitor.client.get(back, secure=True, follow=True)
    assert told.redirect_chain == [(here, 302)]
    assert "What you sent was not saved, since you had to sign in first." in told.content.decode()
    assert "What you sent was not saved" not in visitor.get(here).content.decode()
    assert not SshKey.objects.exists()


@pytest.mark.parametrize("page", ["/reports", *(f"/reports/{{number}}{page}" for page in SENDERS_PAGES)])
def test_a_page_takes_few_queries(visitor: Visitor, authority: Authority, page: str):
    number = visitor.add_sender().number
    for _ in range(3):
        visitor.send(f"/reports/{number}/ssh-keys", key=an_ssh_key())
    visitor.get("/home")
    with CaptureQueriesContext(connection) as queries:
        visitor.get(page.format(number=number))

    assert len(queries) <= MOST_QUERIES, [query["sql"][:120] for query in queries]
