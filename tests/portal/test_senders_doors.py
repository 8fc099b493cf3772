"""What opens the doors for a sender, configured by pages: FTP passwords, networks, programs with keys, and notices."""

import json
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from joserfc.jwk import ECKey

from channels import passwords
from channels.models import AnswerSubscription, ChannelPassword, Sender, WebClient, WebClientKey
from channels.passwords import is_password
from domain.access.actors import Actor
from domain.access.qualities import Quality
from evidence.models import AuditEvent
from portal.pages.overtaken import SHOWN
from portal.pages.sending_once import FIELD, new_form_token
from registers.access.qualities import activate_quality
from tests.auth.builders import CHEAP
from tests.portal.people import settle_manager
from tests.portal.test_structured_reports import MOST_QUERIES, Visitor, a_visitor

pytestmark = pytest.mark.django_db
NOW, DAY = datetime.now(UTC), timedelta(days=1)


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", CHEAP)


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return a_visitor(client, settle_manager())


@pytest.fixture
def sender(visitor: Visitor) -> Sender:
    sender = visitor.add_sender()
    visitor.send(f"/reports/{sender.number}/channels", channels=["SFTP", "FTP", "WEB_SERVICE"])
    return sender


def text(answer) -> str:
    return answer.content.decode()


def a_public_key(kind: str = "EC") -> bytes:
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "EC" else rsa.generate_private_key(65537, 2048)
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def a_jwk(kid: str) -> bytes:
    return json.dumps(ECKey.generate_key("P-256", private=False).as_dict(private=False) | {"kid": kid}).encode()


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("key.pem", content)


def make_password(visitor: Visitor, sender: Sender) -> str:
    answer = visitor.send(f"/reports/{sender.number}/ftp/password", status=HTTPStatus.OK)
    return str(answer.context["password"])


def register(visitor: Visitor, sender: Sender, content: bytes | None = None, **said: object) -> WebClient:
    said = {"powers": "deliver", "key": upload(content or a_public_key()), **said}
    visitor.send(f"/reports/{sender.number}/web/new", **said)
    return WebClient.objects.latest("pk")


def test_a_password_is_shown_once_and_kept_as_a_hash(visitor: Visitor, sender: Sender):
    made = make_password(visitor, sender)
    kept = ChannelPassword.objects.get(technical_user=sender.technical_user)

    assert is_password(made, kept.encoded)
    assert made not in text(visitor.get(f"/reports/{sender.number}/ftp/password"))
    assert made not in json.dumps([event.detail for event in AuditEvent.objects.all()])


def test_the_same_form_sent_again_makes_no_other_password(visitor: Visitor, sender: Sender):
    path = f"/reports/{sender.number}/ftp/password"
    said = {FIELD: new_form_token(visitor.get(path).context["request"])}
    made = visitor.client.post(path, said, secure=True).context["password"]
    again = visitor.client.post(path, said, secure=True)

    assert again.status_code == HTTPStatus.CONFLICT
    assert is_password(made, ChannelPassword.objects.get().encoded)
    assert "was shown already" in text(again)


def test_a_renewed_password_takes_the_place_of_the_old_one(visitor: Visitor, sender: Sender):
    old, new = make_password(visitor, sender), make_password(visitor, sender)
    kept = ChannelPassword.objects.get().encoded

    assert (is_password(old, kept), is_password(new, kept)) == (False, True)


def test_a_withdrawn_password_opens_nothing(visitor: Visitor, sender: Sender):
    make_password(visitor, sender)
    visitor.send(f"/reports/{sender.number}/ftp/password/withdraw")

    assert not ChannelPassword.objects.exists()
    assert "No password yet" in text(visitor.get(f"/reports/{sender.number}/ftp/password"))


def private_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_a_municipality_chooses_its_network_from_a_list(visitor: Visitor, sender: Sender):
    become_local_authority(visitor)
    visitor.send(f"/reports/{sender.number}/ftp/networks", networks=["Publilink", "Irisnet"])
    visitor.send(f"/reports/{sender.number}/ftp/networks", networks=["Publilink"])

    assert [row.network.name for row in sender.networks.all()] == ["Publilink"]
    page = text(visitor.get(f"/reports/{sender.number}/ftp/networks"))
    assert all(name in page for name in ("Cipal", "Irisnet", "Publilink", "Schaubroeck", "Infrax", "PubliWin"))
    assert "The addresses of Publilink are not entered yet" in page


def become_local_authority(visitor: Visitor) -> None:
    now = visitor.manager.login.created_at
    activate_quality(visitor.manager.entity_id, Quality.LOCAL_AUTHORITY, by=Actor.operator(), at=now)


def test_networks_that_somebody_chose_after_the_page_was_shown_stay(visitor: Visitor, sender: Sender):
    become_local_authority(visitor)
    path = f"/reports/{sender.number}/ftp/networks"
    shown = visitor.get(path).context["shown"]
    visitor.send(path, networks=["Publilink"])
    visitor.send(path, status=HTTPStatus.CONFLICT, networks=["Irisnet"], **{SHOWN: shown})

    assert [row.network.name for row in sender.networks.all()] == ["Publilink"]


def test_another_company_is_told_for_whom_the_networks_are(visitor: Visitor, sender: Sender):
    path = f"/reports/{sender.number}/ftp/networks"
    answer = visitor.send(path, status=HTTPStatus.OK, networks=["Publilink"])

    assert "for provinces and municipalities" in text(answer)
    assert not sender.networks.exists()


def test_a_network_is_never_typed(visitor: Visitor, sender: Sender):
    become_local_authority(visitor)
    visitor.send(f"/reports/{sender.number}/ftp/networks", status=HTTPStatus.OK, networks=["10.0.0.0/8"])

    assert not sender.networks.exists()


def test_a_program_gets_a_client_id_with_the_sender_number(visitor: Visitor, sender: Sender):
    program = register(visitor, sender, a_jwk("key-of-november"))
    page = text(visitor.get(f"/reports/{sender.number}/web"))

    assert program.client_id.startswith(f"self_service_chaman_{sender.number}_")
    assert program.client_id in page
    assert "key-of-november" in page


def test_a_program_that_reads_only_may_not_declare(visitor: Visitor, sender: Sender):
    program = register(visitor, sender, powers="read")

    assert all(scope.endswith(":consult") for scope in program.scopes.split())


def test_a_key_is_added_and_the_old_one_withdrawn(visitor: Visitor, sender: Sender):
    program = register(visitor, sender, kid="old")
    visitor.send(f"/reports/{sender.number}/web/{program.pk}/keys/new", key=upload(a_public_key("RSA")), kid="new")
    old = program.keys.get(kid="old")
    visitor.send(f"/reports/{sender.number}/web/{program.pk}/keys/{old.pk}/withdraw")

    assert dict(program.keys.values_list("kid", "state")) == {"old": "REVOKED", "new": "ACTIVE"}
    assert dict(program.keys.values_list("kid", "algorithm"))["new"] == "RS256"


def test_a_withdrawn_program_is_let_in_no_more(visitor: Visitor, sender: Sender):
    program = register(visitor, sender)
    visitor.send(f"/reports/{sender.number}/web/{program.pk}/withdraw")
    program.refresh_from_db()

    assert program.state == "REVOKED"
    assert "No program yet" in text(visitor.get(f"/reports/{sender.number}/web"))


def weak_key() -> bytes:
    key = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505 - too weak on purpose
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def another_curve() -> bytes:
    key = ec.generate_private_key(ec.SECP384R1()).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


WRONG_KEYS = {
    "no key": (lambda: b"hello", "", "no public key that can be read"),
    "a private key": (private_key, "", "must never leave its owner"),
    "a private JWK": (
        lambda: json.dumps(ECKey.generate_key("P-256").as_dict(private=True)).encode(),
        "",
        "must never leave its owner",
    ),
    "a weak key": (weak_key, "", "too weak"),
    "another curve": (another_curve, "", "RS256 and ES256 alone"),
    "too much": (lambda: b"x" * 20_000, "", "file is too large"),
    "nothing": (lambda: b"", "", "The file is empty."),
    "a name with a blank": (a_public_key, "my key", "without accents and blanks"),
    "a long name": (a_public_key, "k" * 65, "at most 64 characters"),
}


@pytest.mark.parametrize(("make", "kid", "sentence"), WRONG_KEYS.values(), ids=WRONG_KEYS)
def test_a_wrong_public_key_is_told_what_is_wrong(visitor: Visitor, sender: Sender, make, kid: str, sentence: str):
    said = {"powers": "deliver", "key": upload(make()), "kid": kid}
    answer = visitor.send(f"/reports/{sender.number}/web/new", status=HTTPStatus.OK, **said)

    assert sentence in text(answer)
    assert not WebClient.objects.exists()


def test_a_second_key_of_the_same_name_is_refused(visitor: Visitor, sender: Sender):
    program = register(visitor, sender, kid="one")
    path = f"/reports/{sender.number}/web/{program.pk}/keys/new"
    answer = visitor.send(path, status=HTTPStatus.CONFLICT, key=upload(a_public_key()), kid="one")

    assert "has another key of this name" in text(answer)
    assert WebClientKey.objects.count() == 1


def test_the_technical_user_is_written_to_until_that_is_ended(visitor: Visitor, sender: Sender):
    path = f"/reports/{sender.number}/notices"
    visitor.send(path, means="EMAIL")
    wish = AnswerSubscription.objects.get()
    assert "E-mail to jan@example.be" in text(visitor.get(path))
    visitor.send(f"{path}/{wish.pk}/end")

    wish.refresh_from_db()
    assert wish.ended_at is not None
    assert "Nobody is told yet" in text(visitor.get(path))


def test_a_receiver_is_told_over_https(visitor: Visitor, sender: Sender):
    path = f"/reports/{sender.number}/notices"
    visitor.send(path, means="WEBHOOK", address="https://receiver.example/answers")

    assert AnswerSubscription.objects.get().address == "https://receiver.example/answers"
    assert "https://receiver.example/answers" in text(visitor.get(path))


WRONG_RECEIVERS = {
    "none": ("", "Give the address of the receiver."),
    "without TLS": ("http://receiver.example/", "begins with https://"),
    "with a password": ("https://me:secret@receiver.example/", "without user name"),
    "of this machine": ("https://127.0.0.1/", "cannot be reached from the Internet"),
    "far too long": (f"https://receiver.example/{'x' * 500}", "is shorter"),
}


@pytest.mark.parametrize(("address", "sentence"), WRONG_RECEIVERS.values(), ids=WRONG_RECEIVERS)
def test_a_wrong_receiver_is_told_what_is_wrong(visitor: Visitor, sender: Sender, address: str, sentence: str):
    path = f"/reports/{sender.number}/notices"
    answer = visitor.send(path, status=HTTPStatus.OK, means="WEBHOOK", address=address)

    assert sentence in text(answer)
    assert not AnswerSubscription.objects.exists()


def test_who_chose_no_way_is_asked_for_no_address_of_a_receiver(visitor: Visitor, sender: Sender):
    answer = text(visitor.send(f"/reports/{sender.number}/notices", status=HTTPStatus.OK))

    assert "Choose how you want to be told." in answer
    assert "Give the address of the receiver." not in answer


def test_a_sixth_receiver_is_refused(visitor: Visitor, sender: Sender):
    path = f"/reports/{sender.number}/notices"
    for number in range(5):
        visitor.send(path, means="WEBHOOK", address=f"https://receiver.example/{number}")
    answer = visitor.send(path, status=HTTPStatus.CONFLICT, means="WEBHOOK", address="https://receiver.example/6")

    assert "There are five receivers already." in text(answer)


def test_the_overview_shows_what_there_is_and_what_is_missing(visitor: Visitor, sender: Sender):
    before = text(visitor.get(f"/reports/{sender.number}"))
    make_password(visitor, sender)
    register(visitor, sender)
    visitor.send(f"/reports/{sender.number}/notices", means="EMAIL")
    visitor.send(f"/reports/{sender.number}/services", DIMN=["R", "T"])
    after = text(visitor.get(f"/reports/{sender.number}"))

    assert before.count("To do") == 5
    assert after.count("To do") == 2, "SSH keys and the certificate are still missing"
    for words in ("1 key", "made on", "jan@example.be", "Dimona declarations of student work (real, test)"):
        assert words in after


PAGES = (
    "/ftp/password",
    "/ftp/password/withdraw",
    "/ftp/certificates",
    "/ftp/networks",
    "/web",
    "/web/new",
    "/web/{program}/keys/new",
    "/web/{program}/keys/{key}/withdraw",
    "/web/{program}/withdraw",
    "/notices",
    "/notices/{wish}/end",
)


@pytest.fixture
def everything(visitor: Visitor, sender: Sender) -> dict[str, int]:
    make_password(visitor, sender)
    program = register(visitor, sender)
    visitor.send(f"/reports/{sender.number}/notices", means="EMAIL")
    return {"program": program.pk, "key": program.keys.get().pk, "wish": AnswerSubscription.objects.get().pk}


@pytest.mark.parametrize("page", PAGES)
def test_what_is_another_companys_looks_like_what_is_not_there(
    visitor: Visitor, sender: Sender, everything: dict[str, int], page: str
):
    other = a_visitor(Client(), settle_manager(company="0400767772", user_name="an.other"))

    other.get(f"/reports/{sender.number}{page.format(**everything)}", status=HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize("page", [page for page in PAGES if "{" in page])
def test_what_is_another_senders_is_not_reached_through_ones_own(
    visitor: Visitor, sender: Sender, everything: dict[str, int], page: str
):
    second = visitor.add_sender()

    visitor.get(f"/reports/{second.number}{page.format(**everything)}", status=HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize("page", ["", *PAGES])
def test_a_page_takes_few_queries(
    visitor: Visitor, sender: Sender, everything: dict[str, int], page: str, django_assert_max_num_queries
):
    become_local_authority(visitor)
    visitor.get("/home")
    with django_assert_max_num_queries(MOST_QUERIES):
        visitor.get(f"/reports/{sender.number}{page.format(**everything)}")


@pytest.mark.parametrize("page", [page for page in PAGES if page.endswith(("/withdraw", "/end"))])
def test_a_form_that_ends_something_may_be_sent_twice(
    visitor: Visitor, sender: Sender, everything: dict[str, int], page: str
):
    path = f"/reports/{sender.number}{page.format(**everything)}"
    said = {FIELD: new_form_token(visitor.get(path).context["request"])}
    first, second = (visitor.client.post(path, said, secure=True) for _ in range(2))

    assert (first.status_code, second.status_code) == (HTTPStatus.SEE_OTHER, HTTPStatus.CONFLICT)
    assert first["Location"] in second.content.decode()
