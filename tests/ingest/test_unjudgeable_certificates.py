"""A certificate that no path can be judged with is told, and keeps no other from being judged."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import core, pem
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding

from channels.models import SenderCertificate, TrustedState
from commands.authority import Authority, certificate_pem
from tests.counter_bench import NOON, make_entity, make_sender
from tests.ingest.test_trust_refresh import Installation, a_signer, trusted


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.create("Authority of senders", at=NOON - timedelta(days=99), lifetime=timedelta(days=3650))


@pytest.fixture(scope="module")
def stranger() -> Authority:
    return Authority.create("Another authority", at=NOON - timedelta(days=99), lifetime=timedelta(days=3650))


@pytest.fixture
def installation(db: None, tmp_path: Path, authority: Authority) -> Installation:
    made = Installation(tmp_path / "trust", authority)
    made.put("anchors/senders.pem", certificate_pem(authority.identity.certificate))
    make_sender("123456", entity=make_entity(), identity=a_signer(authority))
    return made


def with_serial_number_0(certificate: asn1_x509.Certificate) -> None:
    certificate["tbs_certificate"]["serial_number"] = 0


def with_an_extension_twice(certificate: asn1_x509.Certificate) -> None:
    extensions = certificate["tbs_certificate"]["extensions"]
    extensions.append(extensions[0].copy())


def with_an_unknown_kind_of_key(certificate: asn1_x509.Certificate) -> None:
    algorithm = {"algorithm": "1.2.3.4", "parameters": core.Null()}
    certificate["tbs_certificate"]["subject_public_key_info"]["algorithm"] = algorithm


def of_version_4(certificate: asn1_x509.Certificate) -> None:
    certificate["tbs_certificate"]["version"] = 3


ODD_NUMBER = pytest.mark.filterwarnings("ignore:Parsed a serial number which wasn't positive")


@ODD_NUMBER
@pytest.mark.parametrize(
    "change", [with_serial_number_0, with_an_extension_twice, with_an_unknown_kind_of_key, of_version_4]
)
def test_an_authority_that_cannot_be_judged_is_not_trusted_and_keeps_no_other_from_it(
    installation: Installation, stranger: Authority, change: Callable[[asn1_x509.Certificate], None]
):
    certificate = asn1_x509.Certificate.load(stranger.identity.certificate.public_bytes(Encoding.DER))
    change(certificate)
    installation.put("intermediates/odd.der", certificate.dump(force=True))
    installation.put("crls/senders.crl", installation.crl())
    report = installation.refresh()

    troubles = {one.source: one.trouble for one in report.outcomes}
    assert troubles.pop("intermediates/odd.der")
    assert troubles == {"anchors/senders.pem": None, "crls/senders.crl": None}
    assert report.missing == {}
    assert trusted() == {"anchors/senders.pem": TrustedState.ACTIVE}


@ODD_NUMBER
def test_of_a_file_with_one_authority_that_cannot_be_judged_none_is_trusted(
    installation: Installation, stranger: Authority
):
    odd = asn1_x509.Certificate.load(stranger.identity.certificate.public_bytes(Encoding.DER))
    with_serial_number_0(odd)
    sound = Authority.create("Sound", at=NOON - timedelta(days=9), lifetime=timedelta(days=99)).identity.certificate
    both = certificate_pem(sound).encode() + pem.armor("CERTIFICATE", odd.dump(force=True))
    installation.put("intermediates/both.pem", both)
    assert installation.outcome_of("intermediates/both.pem").trouble
    assert trusted() == {"anchors/senders.pem": TrustedState.ACTIVE}


def test_a_registered_certificate_that_cannot_be_read_any_more_keeps_no_other_from_being_judged(
    installation: Installation,
):
    only = SenderCertificate.objects.get()
    SenderCertificate.objects.create(
        sender=only.sender,
        der=b"nothing",
        sha256=hashlib.sha256(b"nothing").hexdigest(),
        valid_from=only.valid_from,
        valid_until=only.valid_until,
        registered_at=NOON,
    )
    installation.put("crls/senders.crl", installation.crl())
    report = installation.refresh()
    assert (report.missing, report.stray) == ({}, (hashlib.sha256(b"nothing").hexdigest(),))
