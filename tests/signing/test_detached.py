import base64
import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
from asn1crypto import cms, core
from cryptography import x509
from hypothesis import example, given
from hypothesis import strategies as st

from domain.certificates import CertificateState
from domain.refusals import OutageError, Refusal, RefusalCode
from signing.algorithms import DigestAlgorithm
from signing.detached import check_signer, digest_payload
from signing.payloads import CHUNK
from signing.trust import PinnedCertificates
from tests.signing.builders import (
    NOON,
    PAYLOAD,
    SENDER,
    Keys,
    Signing,
    a_certificate,
    a_pss_algorithm,
    a_registration,
    an_attribute,
    check,
    der_of,
    key_identifier,
)

SECOND = timedelta(seconds=1)


class Watched(BytesIO):
    """A payload that knows how it was read."""

    largest_read = 0
    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        self.largest_read = max(self.largest_read, len(content))
        self.reads += 1
        return content


@pytest.mark.parametrize("key", ["rsa_2048", "p256", "p384"])
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("attributes", [[], None], ids=["attributes", "no_attributes"])
def test_every_accepted_key_signs_with_every_accepted_digest(
    keys: Keys, key: str, digest: str, attributes: list | None
) -> None:
    certificate = a_certificate(getattr(keys, key))
    signing = Signing(key=getattr(keys, key), certificate=certificate, digest=digest, attributes=attributes)
    registered = a_registration(certificate)
    assert check(signing.file(), [registered]) is registered


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_rsa_pss_is_accepted(keys: Keys, digest: str) -> None:
    certificate = a_certificate(keys.rsa_2048)
    signing = Signing(key=keys.rsa_2048, certificate=certificate, digest=digest, algorithm=a_pss_algorithm(digest))
    registered = a_registration(certificate)
    assert check(signing.file(), [registered]) is registered


def test_a_signer_named_by_key_identifier_is_found(keys: Keys) -> None:
    certificate = a_certificate(keys.p256)
    registered = a_registration(certificate)
    file = Signing(key=keys.p256, certificate=certificate, sid=key_identifier(certificate)).file()
    assert check(file, [a_registration(a_certificate(keys.other_p256)), registered]) is registered


def test_the_one_who_signed_is_returned_among_several(keys: Keys) -> None:
    registered = [a_registration(a_certificate(keys.p256, serial=serial)) for serial in (1, 2, 3)]
    file = Signing(key=keys.p256, certificate=a_certificate(keys.p256, serial=2)).file()
    assert check(file, registered) is registered[1]


def test_a_certificate_registered_anew_after_its_withdrawal_may_sign(keys: Keys) -> None:
    certificate = a_certificate(keys.p256)
    withdrawn, active = a_registration(certificate, state=CertificateState.WITHDRAWN), a_registration(certificate)
    assert check(Signing(key=keys.p256, certificate=certificate).file(), [active, withdrawn]) is active


def test_of_two_keys_under_one_issuer_and_serial_number_the_one_that_signed_counts(keys: Keys) -> None:
    other, own = a_registration(a_certificate(keys.other_p256)), a_registration(a_certificate(keys.p256))
    file = Signing(key=keys.p256, certificate=a_certificate(keys.p256)).file()
    assert check(file, [other, own]) is own


@pytest.mark.parametrize("usages", [None, ("content_commitment",), ("digital_signature", "key_encipherment")])
def test_a_key_usage_that_signs_or_none_is_accepted(keys: Keys, usages: tuple[str, ...] | None) -> None:
    certificate = a_certificate(keys.p256, usages=usages)
    registered = a_registration(certificate)
    assert check(Signing(key=keys.p256, certificate=certificate).file(), [registered]) is registered


def test_the_registration_includes_its_first_instant_and_the_one_before_its_end(keys: Keys) -> None:
    certificate = a_certificate(keys.p256)
    registered = a_registration(certificate, valid_from=NOON, valid_until=NOON + timedelta(microseconds=1))
    assert check(Signing(key=keys.p256, certificate=certificate).file(), [registered]) is registered


def test_the_certificate_includes_both_ends_of_its_validity(keys: Keys) -> None:
    certificate = a_certificate(keys.p256, not_before=NOON, not_after=NOON)
    registered = a_registration(certificate)
    assert check(Signing(key=keys.p256, certificate=certificate).file(), [registered]) is registered


def test_attributes_in_an_order_that_is_not_canonical_verify_as_they_came(keys: Keys) -> None:
    certificate = a_certificate(keys.p256)
    signing = Signing(key=keys.p256, certificate=certificate, reverse_attributes=True)
    canonical = Signing(key=keys.p256, certificate=certificate).signed_attributes()
    assert signing.signed_attributes()[2:] in signing.cms()
    assert signing.signed_attributes() != canonical
    registered = a_registration(certificate)
    assert check(signing.file(), [registered]) is registered


def test_unknown_signed_attributes_are_no_hindrance(keys: Keys) -> None:
    certificate = a_certificate(keys.p256)
    private = an_attribute("1.3.6.1.4.1.99999.1", core.Any(core.Integer(5)))
    registered = a_registration(certificate)
    assert (
        check(Signing(key=keys.p256, certificate=certificate, attributes=[private]).file(), [registered]) is registered
    )


def test_certificates_of_strangers_inside_the_cms_are_never_looked_at(keys: Keys) -> None:
    certificate = a_certificate(keys.p256)
    content_info = cms.ContentInfo.load(Signing(key=keys.p256, certificate=certificate).cms())
    content_info["content"]["certificates"] = [cms.CertificateChoices.load(der_of(a_certificate(keys.other_p256)))]
    registered = a_registration(certificate)
    assert check(base64.encodebytes(content_info.dump()), [registered]) is registered


def test_a_payload_is_read_in_chunks_and_once(keys: Keys) -> None:
    payload = Watched(bytes(3 * CHUNK + 1))
    certificate = a_certificate(keys.p256)
    file = Signing(key=keys.p256, certificate=certificate, payload=payload.getvalue()).file()
    check_signer(
        payload, file, sender=SENDER, registered=[a_registration(certificate)], at=NOON, trust=PinnedCertificates()
    )
    assert payload.largest_read == CHUNK
    assert payload.reads == 5


def test_a_payload_of_a_signer_who_is_not_registered_is_not_read(keys: Keys) -> None:
    payload = Watched(PAYLOAD)
    file = Signing(key=keys.p256, certificate=a_certificate(keys.p256)).file()
    with pytest.raises(Refusal) as refused:
        check_signer(payload, file, sender=SENDER, registered=[], at=NOON, trust=PinnedCertificates())
    assert refused.value.code is RefusalCode.CERTIFICATE_NOT_OF_SENDER
    assert payload.reads == 0


def test_a_stranger_with_a_broken_cms_has_an_invalid_signature_and_nothing_else() -> None:
    with pytest.raises(Refusal) as refused:
        check(base64.b64encode(b"\x30\x80\x00\x00"), [])
    assert refused.value.code is RefusalCode.SIGNATURE_INVALID


def test_trouble_in_reading_the_payload_is_not_the_senders(keys: Keys) -> None:
    class Broken(BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise OSError(5, "input/output error")

    certificate = a_certificate(keys.p256)
    file = Signing(key=keys.p256, certificate=certificate).file()
    with pytest.raises(OSError, match="input/output error"):
        check_signer(
            Broken(), file, sender=SENDER, registered=[a_registration(certificate)], at=NOON, trust=PinnedCertificates()
        )


def test_a_registered_certificate_that_cannot_be_read_is_our_outage(keys: Keys) -> None:
    file = Signing(key=keys.p256, certificate=a_certificate(keys.p256)).file()
    with pytest.raises(OutageError, match="cannot be read"):
        check(file, [a_registration(b"\x30\x00")])


def test_a_registered_certificate_with_an_extension_twice_is_our_outage(keys: Keys) -> None:
    key = keys.p256
    der = der_of(a_certificate(key))
    identifier = x509.ObjectIdentifier("2.5.29.37")
    assert identifier == x509.ExtendedKeyUsage.oid
    doubled = der.replace(b"\x55\x1d\x25", b"\x55\x1d\x13")
    with pytest.raises(OutageError, match="cannot be read"):
        check(Signing(key=key, certificate=a_certificate(key)).file(), [a_registration(doubled)])


def test_a_registered_certificate_of_an_unknown_version_is_our_outage(keys: Keys) -> None:
    certificate = a_certificate(keys.p256)
    unknown = der_of(certificate).replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x09")
    with pytest.raises(OutageError, match="cannot be read"):
        check(Signing(key=keys.p256, certificate=certificate).file(), [a_registration(unknown)])


def test_a_registered_key_of_unknown_kind_may_not_sign(keys: Keys) -> None:
    certificate = a_certificate(keys.p256)
    unknown = der_of(certificate).replace(b"\x2a\x86\x48\xce\x3d\x02\x01", b"\x2a\x86\x48\xce\x3d\x02\x7f")
    with pytest.raises(Refusal, match="neither RSA nor ECDSA"):
        check(Signing(key=keys.p256, certificate=certificate).file(), [a_registration(unknown)])


@pytest.mark.parametrize("algorithm", DigestAlgorithm)
def test_bytes_and_streams_have_the_same_digest(algorithm: DigestAlgorithm) -> None:
    expected = hashlib.new(algorithm.short_name, PAYLOAD).digest()
    assert digest_payload(PAYLOAD, algorithm=algorithm) == expected
    assert digest_payload(BytesIO(PAYLOAD), algorithm=algorithm) == expected


@given(st.binary(max_size=400))
@example(b"")
def test_random_bytes_as_payload_never_verify(keys: Keys, payload: bytes) -> None:
    certificate = a_certificate(keys.p256, serial=3)
    file = Signing(key=keys.p256, certificate=certificate, payload=payload + b"!").file()
    with pytest.raises(Refusal, match="payload has digest"):
        check(file, [a_registration(certificate)], payload=payload)
