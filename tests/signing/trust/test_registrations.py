"""Which certificate files may be registered, and what is said of the others."""

from datetime import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.refusals import OutageError
from domain.trust import RevocationKind, RevocationRecord, TrustMaterial
from signing.registrations import (
    MAX_CERTIFICATE_BYTES,
    RegistrationFault,
    RegistrationRefusedError,
    read_certificate_file,
    require_registrable,
)
from signing.trust import CertificateTrust
from tests.signing.trust.pki import (
    DAY,
    MAX_AGE,
    NOON,
    SIGNER_SERIAL,
    Changes,
    a_key,
    a_key_on,
    a_list,
    a_rsa_key,
    an_entry,
    issue,
)

ROOT = issue("Root")
REVOKED = 13


def trust_in_root(*, obtained_at: datetime = NOON) -> CertificateTrust:
    der = a_list(ROOT, revoked=[an_entry(REVOKED)], next_update=NOON + 9 * DAY)
    record = RevocationRecord(RevocationKind.CRL, der, obtained_at)
    return CertificateTrust(TrustMaterial((ROOT.der,), (), (record,)), max_age=MAX_AGE)


def a_file(**changes: object) -> bytes:
    return issue("Signer", **{"by": ROOT, "ca": False, "serial": SIGNER_SERIAL, **changes}).der  # type: ignore[arg-type]


def pem_of(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"key": a_rsa_key(2048)},
        {"key": a_key_on("P-384")},
        {"has_usage": False},
        {"usages": ("content_commitment",)},
        {"not_before": NOON + DAY},
    ],
)
def test_a_certificate_that_may_sign_is_registrable(changes: Changes):
    der = a_file(**changes)
    registrable = require_registrable(read_certificate_file(der), trust=trust_in_root(), at=NOON)
    assert registrable.der == der
    assert (registrable.subject, registrable.issuer) == ("CN=Signer,O=Demo,C=BE", "CN=Root,O=Demo,C=BE")
    assert registrable.valid_from <= registrable.valid_until


@pytest.mark.parametrize(
    ("changes", "fault", "said"),
    [
        ({"not_after": NOON}, RegistrationFault.EXPIRED, "register a newer one"),
        ({"ca": True}, RegistrationFault.AUTHORITY, "an authority's own"),
        ({"key": a_rsa_key(1024)}, RegistrationFault.WEAK_KEY, "RSA of 1024 bits"),
        ({"key": a_key_on("P-521")}, RegistrationFault.WEAK_KEY, "ECDSA on secp521r1"),
        ({"usages": ("key_agreement",)}, RegistrationFault.NOT_FOR_SIGNING, "key_agreement"),
        ({"by": None}, RegistrationFault.NO_PATH, "it is issued by itself"),
        ({"signing_key": a_key("other")}, RegistrationFault.NO_PATH, "is not signed with the key of"),
        ({"not_before": NOON + DAY, "by": issue("Nobody")}, RegistrationFault.NO_PATH, "CN=Nobody"),
        ({"serial": REVOKED}, RegistrationFault.REVOKED, "was revoked on 2026-04-14"),
    ],
)  # fmt: skip
def test_a_certificate_that_may_not_sign_is_refused_with_the_reason(
    changes: Changes, fault: RegistrationFault, said: str
):
    with pytest.raises(RegistrationRefusedError, match=said) as caught:
        require_registrable(a_file(**changes), trust=trust_in_root(), at=NOON)
    assert caught.value.fault is fault


def test_nothing_is_registered_while_nobody_knows_whether_it_is_revoked():
    with pytest.raises(OutageError, match="too old"):
        require_registrable(a_file(), trust=trust_in_root(obtained_at=NOON - 2 * DAY), at=NOON)


def test_a_certificate_file_is_read_in_both_forms():
    der = a_file()
    assert read_certificate_file(der) == der
    assert read_certificate_file(b"\n" + pem_of(der)) == der


UNKNOWN_VERSION = a_file().replace(bytes.fromhex("a003020102"), bytes.fromhex("a003020107"), 1)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "holds no X.509 certificate"),
        (b"rubbish", "holds no X.509 certificate"),
        (b"-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----\n", "holds no X.509 certificate"),
        (UNKNOWN_VERSION, "holds no X.509 certificate"),
        (pem_of(a_file()) * 2, "holds 2 certificates"),
        (b"\x30" * (MAX_CERTIFICATE_BYTES + 1), f"has {MAX_CERTIFICATE_BYTES + 1} bytes"),
    ],
)
def test_a_file_that_is_no_certificate_is_refused(raw: bytes, said: str):
    with pytest.raises(RegistrationRefusedError, match=said) as caught:
        read_certificate_file(raw)
    assert caught.value.fault is RegistrationFault.UNREADABLE


def test_a_certificate_whose_extensions_cannot_be_read_is_refused():
    usage_twice = a_file().replace(bytes.fromhex("0603551d0f"), bytes.fromhex("0603551d13"))
    with pytest.raises(RegistrationRefusedError, match="not understood"):
        require_registrable(usage_twice, trust=trust_in_root(), at=NOON)


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_a_private_key_is_refused_and_never_shown(form: PrivateFormat):
    key = a_key("Signer").private_bytes(Encoding.PEM, form, NoEncryption())
    with pytest.raises(RegistrationRefusedError, match="must never leave you") as caught:
        read_certificate_file(pem_of(a_file()) + key)
    assert not any(line in str(caught.value) for line in key.decode().splitlines()[1:-1])


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_whatever_is_in_a_file_it_is_a_certificate_or_refused(raw: bytes):
    with pytest.raises(RegistrationRefusedError):
        read_certificate_file(raw)
