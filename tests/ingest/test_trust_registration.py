"""Which certificates may be registered for a sender, when they are shown how, and when the sender is told of their end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from channels.models import RevocationRecord, Sender, SenderCertificate, SenderState
from commands.authority import Authority, Identity, certificate_pem, private_pem
from correspondence.models import OutboxMessage
from domain.certificates import CertificateStanding, CertificateState, standing_of
from domain.languages import Language
from domain.refusals import OutageError
from evidence.models import AuditEvent
from ingest.expiry_letters import ExpiringCertificate, render_expiry_letter
from ingest.notice_expiries import PlatformCertificate, due_notice, notice_expiries, notice_own_end
from ingest.register_certificate import register_certificate, withdraw_certificate
from ingest.trust_list import TrustList
from signing.registrations import RegistrationFault, RegistrationRefusedError
from tests.counter_bench import NOON, make_entity, make_sender, trust_authority

DAY = timedelta(days=1)
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.create("Authority of senders", at=NOON - 99 * DAY, lifetime=3650 * DAY)


@pytest.fixture(scope="module")
def stranger() -> Authority:
    return Authority.create("Nobody's authority", at=NOON - 99 * DAY, lifetime=3650 * DAY)


@dataclass
class Counter:
    sender: Sender
    other: Sender
    authority: Authority

    def register(self, raw: bytes | str, *, sender: Sender | None = None, **window: datetime) -> SenderCertificate:
        return register_certificate(
            sender or self.sender,
            raw.encode() if isinstance(raw, str) else raw,
            trust=TrustList(max_age=DAY).read(),
            actor="test",
            at=NOON,
            **window,
        )


@pytest.fixture
def counter(db: None, authority: Authority) -> Counter:
    trust_authority(authority)
    entity = make_entity()
    sender, other = (
        make_sender(number, entity=entity, identity=a_signer(authority)) for number in ("123456", "123457")
    )
    return Counter(sender, other, authority)


def a_signer(authority: Authority, *, since: datetime = NOON - DAY, days: int = 365) -> Identity:
    return authority.issue_signer("Signer", at=since, lifetime=days * DAY)


def pem_of(identity: Identity) -> str:
    return certificate_pem(identity.certificate)


def with_key(authority: Authority, key: ec.EllipticCurvePrivateKey, **usage: bool) -> str:
    """A certificate that deviates in its key or its usage."""
    usages = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "content_commitment"),
        False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Signer")]))
        .issuer_name(authority.identity.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOON - DAY)
        .not_valid_after(NOON + DAY)
        .add_extension(
            x509.KeyUsage(**{**usages, "digital_signature": True, **usage}, encipher_only=False, decipher_only=False),
            critical=True,
        )
    )
    return certificate_pem(builder.sign(authority.identity.key, hashes.SHA256()))


def fault_of(counter: Counter, raw: bytes | str, **options: object) -> RegistrationFault:
    with pytest.raises(RegistrationRefusedError) as refused:
        counter.register(raw, **options)
    return refused.value.fault


def test_a_sound_certificate_signs_from_its_registration_until_its_end(counter: Counter):
    identity = a_signer(counter.authority)
    certificate = counter.register(identity.certificate.public_bytes(Encoding.DER))
    assert (certificate.valid_from, certificate.valid_until) == (NOON, identity.certificate.not_valid_after_utc)
    event = AuditEvent.objects.get(action="certificate:registered")
    assert event.detail == {"sender": "123456", "certificate": certificate.sha256}


def test_its_time_can_be_narrowed_but_not_to_nothing(counter: Counter):
    identity = a_signer(counter.authority)
    fault = fault_of(counter, pem_of(identity), valid_from=NOON + 9 * DAY, valid_until=NOON + 9 * DAY)
    certificate = counter.register(pem_of(identity), valid_from=NOON + DAY, valid_until=NOON + 9 * DAY)
    assert (certificate.valid_from, certificate.valid_until) == (NOON + DAY, NOON + 9 * DAY)
    assert fault is RegistrationFault.WINDOW


def test_a_certificate_that_is_valid_later_can_be_registered_now(counter: Counter):
    identity = a_signer(counter.authority, since=NOON + 9 * DAY)
    assert counter.register(pem_of(identity)).valid_from == identity.certificate.not_valid_before_utc


def test_what_cannot_be_relied_on_is_not_registered_and_the_reason_is_told(counter: Counter, stranger: Authority):
    p521 = ec.generate_private_key(ec.SECP521R1())
    p256 = ec.generate_private_key(ec.SECP256R1())
    revoked = a_signer(counter.authority)
    trust_authority(counter.authority, revoked={revoked.certificate.serial_number: NOON - DAY})
    expected = {
        RegistrationFault.UNREADABLE: "-----BEGIN NOTHING-----",
        RegistrationFault.AUTHORITY: pem_of(counter.authority.identity),
        RegistrationFault.EXPIRED: pem_of(a_signer(counter.authority, since=NOON - 9 * DAY, days=8)),
        RegistrationFault.WEAK_KEY: with_key(counter.authority, p521),
        RegistrationFault.NOT_FOR_SIGNING: with_key(
            counter.authority, p256, digital_signature=False, key_agreement=True
        ),
        RegistrationFault.NO_PATH: pem_of(a_signer(stranger)),
        RegistrationFault.REVOKED: pem_of(revoked),
    }
    assert {fault: fault_of(counter, raw) for fault, raw in expected.items()} == {fault: fault for fault in expected}
    assert not AuditEvent.objects.filter(action="certificate:registered").exists()


def test_a_file_with_a_private_key_is_refused_unread(counter: Counter):
    identity = a_signer(counter.authority)
    assert fault_of(counter, pem_of(identity) + private_pem(identity.key)) is RegistrationFault.UNREADABLE


def test_a_certificate_signs_for_one_sender_even_after_it_was_withdrawn(counter: Counter):
    pem = pem_of(a_signer(counter.authority))
    certificate = counter.register(pem)
    twice = fault_of(counter, pem)
    elsewhere = fault_of(counter, pem, sender=counter.other)
    assert withdraw_certificate(certificate, actor="test", at=NOON)
    assert not withdraw_certificate(certificate, actor="test", at=NOON)
    after = fault_of(counter, pem, sender=counter.other)
    anew = counter.register(pem)

    assert {twice, elsewhere, after} == {RegistrationFault.ALREADY_USED}
    assert anew.pk != certificate.pk
    assert AuditEvent.objects.filter(action="certificate:withdrawn").count() == 1


def test_a_certificate_written_with_another_value_of_its_signature_is_still_the_same(counter: Counter):
    identity = a_signer(counter.authority)
    counter.register(pem_of(identity))

    assert fault_of(counter, with_other_signature_value(identity), sender=counter.other) is (
        RegistrationFault.ALREADY_USED
    )


def with_other_signature_value(identity: Identity) -> bytes:
    """Write the certificate with (r, n-s) in place of (r, s), which verifies as well: ECDSA values are not unique."""
    parsed = asn1_x509.Certificate.load(identity.certificate.public_bytes(Encoding.DER))
    r, s = decode_dss_signature(parsed["signature_value"].native)
    parsed["signature_value"] = encode_dss_signature(r, P256_ORDER - s)
    return parsed.dump(force=True)


def test_nothing_is_registered_without_revocation_data_and_that_is_our_trouble(counter: Counter):
    RevocationRecord.objects.all().delete()
    with pytest.raises(OutageError, match="guichet trust refresh"):
        counter.register(pem_of(a_signer(counter.authority)))


@pytest.mark.parametrize(
    ("state", "start", "end", "standing"),
    [
        (CertificateState.ACTIVE, -1, 61, CertificateStanding.ACTIVE),
        (CertificateState.ACTIVE, -1, 60, CertificateStanding.EXPIRING),
        (CertificateState.ACTIVE, -1, 0, CertificateStanding.EXPIRED),
        (CertificateState.ACTIVE, 1, 2, CertificateStanding.NOT_YET_VALID),
        (CertificateState.ACTIVE, 0, 99, CertificateStanding.ACTIVE),
        (CertificateState.WITHDRAWN, -1, 61, CertificateStanding.WITHDRAWN),
    ],
)
def test_where_a_certificate_stands(state: CertificateState, start: int, end: int, standing: CertificateStanding):
    assert standing_of(state, NOON + start * DAY, NOON + end * DAY, at=NOON) is standing


@pytest.mark.parametrize(
    ("days", "told", "due"),
    [
        (61, None, None),
        (60, None, 60),
        (45, 60, None),
        (30, 60, 30),
        (20, None, 30),
        (7, 30, 7),
        (1, 7, None),
        (0, 30, None),
        (-1, None, None),
    ],
)
def test_which_notice_is_due(days: int, told: int | None, due: int | None):
    assert due_notice(days * DAY, told=told) == due


def test_no_certificate_is_registered_for_days_that_are_over(counter: Counter):
    """What was received before the registration stays refused, whatever day is asked for."""
    certificate = counter.register(pem_of(a_signer(counter.authority)), valid_from=NOON - DAY)
    assert certificate.valid_from == NOON


def ends_in(counter: Counter, days: int) -> SenderCertificate:
    SenderCertificate.objects.all().delete()
    return counter.register(pem_of(a_signer(counter.authority, since=NOON, days=days)))


def letters() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.order_by("pk"))


def test_each_notice_is_written_once_to_the_technical_user(counter: Counter):
    ends_in(counter, 90)
    written = [notice_expiries(at=NOON + day * DAY) for day in (29, 30, 30, 45, 60, 83, 89, 91)]
    assert written == [0, 1, 0, 0, 1, 1, 0, 0]
    assert {letter.recipient for letter in letters()} == {"it@sender.example"}
    noticed = AuditEvent.objects.filter(action="certificate:end-noticed").order_by("pk")
    assert [event.detail["days"] for event in noticed] == [60, 30, 7]


def test_a_letter_is_in_the_senders_language_and_names_a_successor(counter: Counter):
    ends_in(counter, 30)
    Sender.objects.filter(pk="123456").update(language=Language.NL)
    notice_expiries(at=NOON)
    successor = counter.register(pem_of(a_signer(counter.authority, days=120)))
    notice_expiries(at=NOON + 23 * DAY)

    first, second = letters()
    assert first.subject.startswith("Het certificaat van verzender 123456 vervalt op 31 juli 2026")
    assert "Vraag tijdig" in first.body
    assert successor.sha256[:16] in second.body
    assert "Vraag tijdig" not in second.body


def test_a_withdrawn_certificate_and_a_retired_sender_get_no_letter(counter: Counter):
    withdraw_certificate(ends_in(counter, 30), actor="test", at=NOON)
    counter.register(pem_of(a_signer(counter.authority, days=20)), sender=counter.other)
    Sender.objects.filter(pk=counter.other.pk).update(state=SenderState.RETIRED)
    assert notice_expiries(at=NOON) == 0


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("successor", [None, "f" * 64])
def test_the_letter_is_whole_in_every_language(language: Language, successor: str | None):
    expiring = ExpiringCertificate("123456", "0" * 64, NOON.date(), 30, successor)
    subject, body = render_expiry_letter(expiring, language)
    assert "123456" in subject
    assert len(subject) <= 200
    assert not set("{}") & set(subject + body)
    assert ("f" * 16 in body) == (successor is not None)


def test_an_operator_is_told_before_the_platforms_own_certificate_ends(db: None):
    own = PlatformCertificate(sha256="ab" * 32, ends_at=NOON + 90 * DAY)
    for day in (29, 30, 30, 45, 60, 83, 89, 91):
        notice_own_end(own, operator_address="operator@guichet.example", at=NOON + day * DAY)
    assert [letter.recipient for letter in letters()] == ["operator@guichet.example"] * 3
    assert letters()[0].subject == "The certificate that signs answers ends on 29 September 2026"
    assert "60 days" in letters()[0].body
    assert "rotate" in letters()[0].body
