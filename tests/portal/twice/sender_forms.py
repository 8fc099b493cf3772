"""The forms by which a manager configures a sender and its doors."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.files.uploadedfile import SimpleUploadedFile

from channels.models import Sender, SenderCertificate, SenderState, SshKey
from commands.authority import Authority
from tests.counter_bench import trust_authority
from tests.portal.browser.pages import Who
from tests.portal.conftest import token_in
from tests.portal.test_structured_reports import an_ssh_key
from tests.portal.twice.sending import Form, Prepare, Scene, on

HERE = "/reports/100002"


def now() -> datetime:
    return datetime.now(UTC)


def with_file(page: str, name: str, make: Any, **said: Any) -> Prepare:
    """Return what prepares a form with a file that is made for it."""
    return lambda scene: Form(scene.browser(Who.MANAGER), page, {name: SimpleUploadedFile("file.pem", make()), **said})


def a_public_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def a_certificate() -> bytes:
    made = Authority.create("Authority of senders", at=now() - timedelta(days=99), lifetime=timedelta(days=3650))
    trust_authority(made)
    signer = made.issue_signer("Signer", at=now() - timedelta(days=1), lifetime=timedelta(days=365))
    return signer.certificate.public_bytes(Encoding.PEM)


def a_sender_in(state: SenderState, step: str) -> Prepare:
    def prepare(scene: Scene) -> Form:
        by_whom = "COMPANY" if state == SenderState.SUSPENDED else ""
        Sender.objects.filter(pk="100002").update(state=state, suspended_by=by_whom)
        return Form(scene.browser(Who.MANAGER), f"{HERE}/{step}")

    return prepare


def numbered(model: Any, page: str) -> Prepare:
    """Return what prepares a form about the only row of the sender; `{pk}` in its path stands for it."""

    def prepare(scene: Scene) -> Form:
        row = model.objects.filter(sender_id="100002").latest("pk")
        return Form(scene.browser(Who.MANAGER), page.format(pk=row.pk))

    return prepare


def an_ssh_key_to_revoke(scene: Scene) -> Form:
    key = SshKey.objects.latest("pk")
    return Form(scene.browser(Who.MANAGER), f"{HERE}/ssh-keys/{key.pk}/revoke")


def a_blocked_contact(scene: Scene) -> Form:
    browser = scene.browser(Who.MANAGER)
    token = token_in(browser.get(f"{HERE}/contact/block", secure=True).text)
    browser.post(f"{HERE}/contact/block", {"form-token": token}, secure=True)
    return Form(browser, f"{HERE}/contact/unblock")


def a_copy_to_stop(scene: Scene) -> Form:
    browser = scene.browser(Who.MANAGER)
    token = token_in(browser.get(f"{HERE}/ebox-copy", secure=True).text)
    browser.post(f"{HERE}/ebox-copy", {"form-token": token}, secure=True)
    return Form(browser, f"{HERE}/ebox-copy/stop")


FORMS: dict[str, Prepare] = {
    "reports-new-technical-user": on("/reports/new/technical-user", name="Jan Claes", language="nl", phone=""),
    "report-contact": on(f"{HERE}/contact", name="Jan Claes", phone=""),
    "report-contact-block": on(f"{HERE}/contact/block"),
    "report-contact-unblock": a_blocked_contact,
    "report-channels": on(f"{HERE}/channels"),
    "report-ssh-keys": lambda scene: Form(scene.browser(Who.MANAGER), f"{HERE}/ssh-keys", {"key": an_ssh_key()}),
    "report-ssh-key-revoke": an_ssh_key_to_revoke,
    "report-ftp-password": on(f"{HERE}/ftp/password"),
    "report-ftp-password-withdraw": on(f"{HERE}/ftp/password/withdraw"),
    "report-ftp-certificates": with_file(f"{HERE}/ftp/certificates", "certificate", a_certificate),
    "report-ftp-certificate-revoke": on(f"{HERE}/ftp/certificates/100001/revoke"),
    "report-ftp-networks": on(f"{HERE}/ftp/networks", networks=[]),
    "report-web-new": with_file(f"{HERE}/web/new", "key", a_public_key, kid="2027"),
    "report-web-key-new": with_file(f"{HERE}/web/100001/keys/new", "key", a_public_key, kid="2027"),
    "report-web-key-withdraw": on(f"{HERE}/web/100001/keys/100001/withdraw"),
    "report-web-withdraw": on(f"{HERE}/web/100001/withdraw"),
    "report-notices": on(f"{HERE}/notices"),
    "report-notices-end": on(f"{HERE}/notices/100001/end"),
    "report-ebox-copy": on(f"{HERE}/ebox-copy"),
    "report-ebox-copy-stop": a_copy_to_stop,
    "report-certificates": with_file(f"{HERE}/certificates", "certificate", a_certificate),
    "report-certificate-withdraw": numbered(SenderCertificate, HERE + "/certificates/{pk}/withdraw"),
    "report-services": on(f"{HERE}/services", DIMN=["R"]),
    "report-activate": a_sender_in(SenderState.CONFIGURED, "activate"),
    "report-suspend": a_sender_in(SenderState.ACTIVE, "suspend"),
    "report-resume": a_sender_in(SenderState.SUSPENDED, "resume"),
    "report-retire": on(f"{HERE}/retire"),
    "report-access-step": on(f"{HERE}/access/ask"),
}
