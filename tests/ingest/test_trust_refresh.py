"""Files and addresses become the trust list and its revocation data; what cannot be relied on replaces nothing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from channels.models import RevocationRecord, SenderCertificate, TrustedCertificate, TrustedState
from channels.trusted import trust_stamp
from commands.authority import Authority, certificate_pem, crl_pem, private_pem
from correspondence.models import OutboxMessage
from domain.trust import RevocationKind
from evidence.models import AuditEvent
from ingest.refresh_trust import RefreshReport, TrustRules, refresh_trust
from ingest.source_outcomes import SourceOutcome
from ingest.trust_list import TrustList
from tests.counter_bench import NOON, Identity, make_entity, make_sender, register_certificate

MAX_AGE = timedelta(hours=24)
HOUR = timedelta(hours=1)
LIST_AT = "http://authority.example/senders.crl"
ASK_AT = "http://authority.example/ocsp"
OCSP_TYPE = "application/ocsp-request"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.create("Authority of senders", at=NOON - timedelta(days=99), lifetime=timedelta(days=3650))


@pytest.fixture(scope="module")
def stranger() -> Authority:
    """Another authority with the very same name."""
    return Authority.create("Authority of senders", at=NOON - timedelta(days=99), lifetime=timedelta(days=3650))


@dataclass
class Web:
    """What lies at which address; an address that is not listed cannot be reached."""

    pages: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def get(self, address: str) -> bytes:
        return self._answer(address)

    def post(self, address: str, body: bytes, *, content_type: str) -> bytes:
        assert content_type == OCSP_TYPE
        ocsp.load_der_ocsp_request(body)
        return self._answer(address)

    def _answer(self, address: str) -> bytes:
        self.asked.append(address)
        if address not in self.pages:
            raise ConnectionRefusedError("connection refused")
        return self.pages[address]


@dataclass
class Installation:
    """A trust folder with the authority in it, over the tables, and one sender."""

    trust: Path
    authority: Authority
    web: Web = field(default_factory=Web)
    at: datetime = NOON

    def put(self, source: str, content: bytes | str) -> Path:
        path = self.trust / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def crl(self, *, at: datetime | None = None, lifetime: timedelta = timedelta(days=7)) -> bytes:
        return self.authority.issue_crl(at=at or self.at, lifetime=lifetime)

    def refresh(self, *, online: bool = False) -> RefreshReport:
        return refresh_trust(
            self.trust,
            fetch=self.web if online else None,
            rules=TrustRules(MAX_AGE, frozenset()),
            operator_address="operator@guichet.example",
            at=self.at,
        )

    def outcome_of(self, source: str, *, online: bool = False) -> SourceOutcome:
        (outcome,) = (one for one in self.refresh(online=online).outcomes if one.source == source)
        return outcome


@pytest.fixture
def installation(db: None, tmp_path: Path, authority: Authority) -> Installation:
    made = Installation(tmp_path / "trust", authority)
    made.put("anchors/senders.pem", certificate_pem(authority.identity.certificate))
    make_sender("123456", entity=make_entity(), identity=a_signer(authority))
    return made


def a_signer(authority: Authority, *, lists: str | None = None, responder: str | None = None) -> Identity:
    """A signer whose certificate names where its revocation can be looked up."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Signer")]))
        .issuer_name(authority.identity.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOON - timedelta(days=1))
        .not_valid_after(NOON + timedelta(days=99))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    if lists:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(lists)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    if responder:
        access = x509.AccessDescription(
            x509.oid.AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(responder)
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    return Identity(key, builder.sign(authority.identity.key, hashes.SHA256()))


def only_signer(identity: Identity) -> Identity:
    sender = SenderCertificate.objects.get().sender
    SenderCertificate.objects.all().delete()
    register_certificate(sender, identity)
    return identity


def an_answer(authority: Authority, about: Identity, *, at: datetime, by: Authority | None = None) -> bytes:
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=about.certificate,
        issuer=authority.identity.certificate,
        algorithm=hashes.SHA256(),
        cert_status=ocsp.OCSPCertStatus.GOOD,
        this_update=at,
        next_update=at + MAX_AGE,
        revocation_time=None,
        revocation_reason=None,
    )
    signer = (by or authority).identity
    response = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate).sign(
        signer.key, hashes.SHA256()
    )
    return response.public_bytes(Encoding.DER)


def trusted() -> Mapping[str, str]:
    return dict(TrustedCertificate.objects.values_list("source", "state"))


def test_certificates_are_read_in_both_forms_and_once(installation: Installation, stranger: Authority):
    installation.put("intermediates/other.cer", stranger.identity.certificate.public_bytes(Encoding.DER))
    installation.refresh()
    installation.refresh()

    assert trusted() == {"anchors/senders.pem": TrustedState.ACTIVE, "intermediates/other.cer": TrustedState.ACTIVE}
    assert AuditEvent.objects.filter(action="trust:certificate-trusted").count() == 2


def test_a_certificate_whose_file_is_gone_is_withdrawn_and_trusted_anew_when_it_is_back(installation: Installation):
    path = installation.trust / "anchors/senders.pem"
    content = path.read_bytes()
    installation.refresh()
    path.unlink()
    report = installation.refresh()
    assert trusted() == {"anchors/senders.pem, its file is gone": TrustedState.WITHDRAWN}
    assert list(report.missing) == ["any authority"]
    assert "no authority is trusted here" in OutboxMessage.objects.last().body.lower()
    installation.put("anchors/renamed.pem", content)
    assert installation.outcome_of("anchors/renamed.pem").what == "trusted from now on"

    assert trusted() == {"anchors/renamed.pem": TrustedState.ACTIVE}
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert [action.removeprefix("trust:certificate-") for action in actions] == ["trusted", "withdrawn", "trusted"]


def test_a_certificate_that_leads_nowhere_is_told(installation: Installation, stranger: Authority):
    installation.put("anchors/senders.pem", certificate_pem(stranger.identity.certificate))
    assert installation.refresh().stray == (SenderCertificate.objects.get().sha256,)


def test_a_file_that_is_only_renamed_changes_no_trust(installation: Installation):
    installation.refresh()
    (installation.trust / "anchors/senders.pem").rename(installation.trust / "anchors/renamed.pem")
    installation.refresh()
    assert trusted() == {"anchors/renamed.pem": TrustedState.ACTIVE}
    assert AuditEvent.objects.count() == 1


def test_a_folder_that_is_not_there_withdraws_nothing(installation: Installation):
    installation.refresh()
    (installation.trust / "anchors").rename(installation.trust / "not mounted")
    outcome = installation.outcome_of("anchors/senders.pem")
    assert "the folder anchors is not there" in outcome.trouble
    assert trusted() == {"anchors/senders.pem": TrustedState.ACTIVE}


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"nothing", "error parsing"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "error parsing"),
        (None, "private key"),
    ],
    ids=["no certificate", "broken PEM", "a private key"],
)
def test_a_file_that_cannot_be_read_is_reported_and_changes_nothing(
    installation: Installation, content: bytes | None, trouble: str
):
    installation.refresh()
    key = private_pem(installation.authority.identity.key).encode()
    installation.put("anchors/senders.pem", key if content is None else content)
    assert trouble in installation.outcome_of("anchors/senders.pem").trouble
    assert trusted() == {"anchors/senders.pem": TrustedState.ACTIVE}


def test_a_file_of_another_kind_is_named_and_a_hidden_one_left_alone(installation: Installation):
    installation.put("anchors/README.txt", "the authorities")
    installation.put("anchors/.swp", "an editor's")
    outcomes = {one.source: one.trouble for one in installation.refresh().outcomes}
    assert outcomes == {
        "anchors/README.txt": "its name does not end in .pem, .crt, .cer, .der",
        "anchors/senders.pem": None,
    }


@pytest.mark.parametrize("form", ["DER", "PEM"])
def test_a_list_in_the_folder_counts_as_seen_whenever_it_is_read(installation: Installation, form: str):
    der = installation.crl()
    installation.put("crls/senders.crl", der if form == "DER" else crl_pem(der))
    first = installation.outcome_of("crls/senders.crl")
    installation.at += 3 * HOUR
    second = installation.outcome_of("crls/senders.crl")

    assert (first.what, first.entries, first.this_update) == ("new", 0, NOON)
    assert second.what == "seen again"
    assert RevocationRecord.objects.get().obtained_at == NOON + 3 * HOUR


def test_a_list_that_cannot_be_relied_on_replaces_nothing(installation: Installation, stranger: Authority):
    installation.put("crls/senders.crl", installation.crl())
    installation.refresh()
    of_later = installation.crl(at=NOON + HOUR)
    bad = {
        "nothing": b"nothing",
        "by another key": stranger.issue_crl(at=NOON + HOUR, lifetime=MAX_AGE),
        "of an unknown authority": Authority.create("Unknown", at=NOON, lifetime=MAX_AGE).issue_crl(
            at=NOON, lifetime=MAX_AGE
        ),
        "tampered with": of_later[:-1] + bytes([of_later[-1] ^ 1]),
        "of tomorrow": installation.crl(at=NOON + MAX_AGE),
    }
    installation.at += 2 * HOUR
    troubles = {}
    for name, content in bad.items():
        installation.put("crls/senders.crl", content)
        troubles[name] = installation.outcome_of("crls/senders.crl").trouble

    assert None not in troubles.values()
    assert "the signature is not by its key" in troubles["by another key"]
    assert "no trusted authority has that name" in troubles["of an unknown authority"]
    assert RevocationRecord.objects.count() == 1


def test_an_older_list_never_takes_the_place_of_a_newer_one(installation: Installation):
    older, newer = installation.crl(at=NOON - HOUR), installation.crl()
    installation.put("crls/senders.crl", newer)
    installation.refresh()
    installation.at += HOUR
    installation.put("crls/senders.crl", older)
    assert installation.outcome_of("crls/senders.crl").trouble == "a newer list is here"
    assert RevocationRecord.objects.get().sha256 == hashlib.sha256(newer).hexdigest()


def test_lists_are_fetched_from_where_registered_certificates_name_them(installation: Installation):
    only_signer(a_signer(installation.authority, lists=LIST_AT, responder=ASK_AT))
    installation.web.pages[LIST_AT] = installation.crl()
    report = installation.refresh(online=True)
    installation.at += HOUR
    again = installation.refresh(online=True)

    assert (report.missing, again.missing) == ({}, {})
    assert installation.web.asked == [LIST_AT, LIST_AT]
    assert RevocationRecord.objects.get().obtained_at == NOON + HOUR


def test_a_list_that_cannot_be_fetched_is_reported_and_the_responder_is_asked_in_its_place(installation: Installation):
    signer = only_signer(a_signer(installation.authority, lists=LIST_AT, responder=ASK_AT))
    installation.web.pages[ASK_AT] = an_answer(installation.authority, signer, at=NOON)
    report = installation.refresh(online=True)

    assert [(one.source, one.what) for one in report.outcomes[1:]] == [(LIST_AT, "not fetched"), (ASK_AT, "new")]
    assert report.missing == {}
    assert RevocationRecord.objects.get().kind == RevocationKind.OCSP


def test_an_answer_by_anybody_else_is_not_kept(installation: Installation, stranger: Authority):
    signer = only_signer(a_signer(installation.authority, responder=ASK_AT))
    installation.web.pages[ASK_AT] = an_answer(installation.authority, signer, at=NOON, by=stranger)
    report = installation.refresh(online=True)
    assert report.outcomes[-1].trouble
    assert not RevocationRecord.objects.exists()


def test_a_responder_that_is_silent_is_asked_once(installation: Installation):
    sender = SenderCertificate.objects.get().sender
    only_signer(a_signer(installation.authority, responder=ASK_AT))
    register_certificate(sender, a_signer(installation.authority, responder=ASK_AT))
    installation.refresh(online=True)
    assert installation.web.asked == [ASK_AT]


def test_answers_in_the_folder_are_kept_when_they_are_about_who_signs_here(installation: Installation):
    signer = only_signer(a_signer(installation.authority))
    installation.put("ocsp/signer.der", an_answer(installation.authority, signer, at=NOON))
    installation.put("ocsp/other.der", an_answer(installation.authority, a_signer(installation.authority), at=NOON))
    report = installation.refresh()
    troubles = {one.source: one.trouble for one in report.outcomes}
    assert troubles["ocsp/signer.der"] is None
    assert troubles["ocsp/other.der"] == "it is about no certificate that signs here"
    assert report.missing == {}


def test_only_addresses_that_may_be_fetched_are_asked(installation: Installation):
    only_signer(a_signer(installation.authority, lists="file:///etc/passwd", responder="https://authority.example/"))
    installation.refresh(online=True)
    assert installation.web.asked == []


def test_an_operator_is_told_once_a_day_of_what_is_missing_and_of_what_grows_old(installation: Installation):
    installation.refresh()
    installation.at += HOUR
    missing = installation.refresh()
    assert list(missing.missing) == ["CN=Authority of senders,O=Guichet,C=BE"]
    path = installation.put("crls/senders.crl", installation.crl(lifetime=timedelta(days=30)))
    installation.refresh()
    path.unlink()
    installation.at += 11 * HOUR
    assert (installation.refresh().missing, installation.refresh().ageing) == ({}, {})
    installation.at += 2 * HOUR
    ageing = installation.refresh()
    installation.refresh()
    assert (ageing.missing, list(ageing.ageing)) == ({}, list(missing.missing))

    subjects = list(OutboxMessage.objects.order_by("pk").values_list("subject", flat=True))
    assert subjects == [
        "Submissions are held: revocation data are missing or too old",
        "Revocation data grow old",
    ]
    installation.at += timedelta(days=1)
    installation.refresh()
    assert OutboxMessage.objects.count() == 3


def test_the_trust_is_made_anew_exactly_when_something_changed(installation: Installation):
    trust_list = TrustList(max_age=MAX_AGE)
    stamps = [trust_stamp()]
    first = trust_list.read()
    installation.refresh()
    stamps.append(trust_stamp())
    second = trust_list.read()
    assert trust_list.read() is second
    assert first is not second
    for name in ("one", "two"):
        installation.put(f"crls/{name}.crl", installation.crl(at=NOON - HOUR))
    installation.refresh()
    stamps.append(trust_stamp())
    installation.at += HOUR
    installation.refresh()
    stamps.append(trust_stamp())
    assert len(set(stamps)) == len(stamps)
