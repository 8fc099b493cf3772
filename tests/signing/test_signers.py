"""What the two signers take, and that our own check accepts what they make."""

import base64
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, core, tsp
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from domain.refusals import OutageError
from signing.algorithms import DigestAlgorithm
from signing.answers import AnswerSealer
from signing.cms import read_cms
from signing.payloads import CHUNK
from signing.signature_files import read_signature_file
from signing.signer import PayloadSigner
from tests.signing.builders import NOON, PAYLOAD, Asn1, Keys, a_certificate, a_registration, check, write_pem


@pytest.mark.parametrize("key", ["rsa_2048", "p256", "p384"])
def test_our_check_accepts_what_our_signer_signs(keys: Keys, key: str) -> None:
    certificate = a_certificate(getattr(keys, key))
    registered = a_registration(certificate)
    assert check(PayloadSigner(getattr(keys, key), certificate).sign(PAYLOAD), [registered]) is registered


def test_a_stream_and_its_bytes_are_signed_alike(keys: Keys) -> None:
    payload = bytes(2 * CHUNK + 7)
    certificate = a_certificate(keys.rsa_2048)
    signer = PayloadSigner(keys.rsa_2048, certificate)
    assert signer.sign(BytesIO(payload)) == signer.sign(payload)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        ("rsa_2048", DigestAlgorithm.SHA_256),
        ("p256", DigestAlgorithm.SHA_256),
        ("p384", DigestAlgorithm.SHA_384),
    ],
)
def test_the_digest_suits_the_key(keys: Keys, key: str, algorithm: DigestAlgorithm) -> None:
    signer = PayloadSigner(getattr(keys, key), a_certificate(getattr(keys, key)))
    assert read_cms(read_signature_file(signer.sign(PAYLOAD))).digest_algorithm is algorithm


def test_what_we_sign_is_der(keys: Keys) -> None:
    encoded = read_signature_file(PayloadSigner(keys.p256, a_certificate(keys.p256)).sign(PAYLOAD))
    assert cms.ContentInfo.load(encoded).dump(force=True) == encoded


def test_a_sealed_answer_has_four_signed_attributes_in_canonical_order(keys: Keys) -> None:
    found = signed_attributes_of(AnswerSealer(keys.p256, a_certificate(keys.p256)).seal(PAYLOAD, at=NOON))
    assert sorted(found) == [
        "1.2.840.113549.1.9.16.2.47",
        "1.2.840.113549.1.9.3",
        "1.2.840.113549.1.9.4",
        "1.2.840.113549.1.9.5",
    ]
    encoded = [attribute.dump() for attribute in found.values()]
    assert encoded == sorted(encoded)


def test_a_sealed_answer_names_its_certificate_and_time(keys: Keys) -> None:
    certificate = a_certificate(keys.p256)
    found = signed_attributes_of(AnswerSealer(keys.p256, certificate).seal(PAYLOAD, at=NOON))
    named = tsp.SigningCertificateV2.load(found["1.2.840.113549.1.9.16.2.47"]["values"][0].dump())["certs"][0].native
    assert named["cert_hash"] == certificate.fingerprint(SHA256())
    assert named["issuer_serial"]["serial_number"] == certificate.serial_number
    assert found["1.2.840.113549.1.9.5"]["values"][0].native == NOON


def test_the_default_digest_of_the_signing_certificate_attribute_is_left_out(keys: Keys) -> None:
    """DER leaves a default out, and SHA-256 is ESSCertIDv2's (RFC 5035 §4)."""
    certificate = a_certificate(keys.p256)
    found = signed_attributes_of(AnswerSealer(keys.p256, certificate).seal(PAYLOAD, at=NOON))
    encoded = found["1.2.840.113549.1.9.16.2.47"]["values"][0].dump()
    certs = core.Sequence.load(core.Sequence.load(encoded)[0].dump())
    assert certs[0][0].native == certificate.fingerprint(SHA256())


def signed_attributes_of(signature_file: bytes) -> dict[str, Asn1]:
    content_info = cms.ContentInfo.load(base64.decodebytes(signature_file), strict=True)
    attributes = content_info["content"]["signer_infos"][0]["signed_attrs"]
    return {attribute["type"].dotted: attribute for attribute in attributes}


def test_our_check_accepts_a_sealed_answer(keys: Keys) -> None:
    registered = a_registration(a_certificate(keys.p256))
    file = AnswerSealer(keys.p256, a_certificate(keys.p256)).seal(BytesIO(PAYLOAD), at=NOON)
    assert check(file, [a_registration(a_certificate(keys.p256, serial=9)), registered]) is registered


def test_no_answer_is_sealed_once_the_platforms_own_certificate_has_ended(keys: Keys) -> None:
    """Whoever collects it would refuse it, and it is never sealed again."""
    sealer = AnswerSealer(keys.p256, a_certificate(keys.p256, not_after=NOON))
    assert sealer.seal(PAYLOAD, at=NOON)
    with pytest.raises(OutageError, match="the certificate that answers are signed with ended on 2026-04-15"):
        sealer.seal(PAYLOAD, at=NOON + timedelta(seconds=1))


def test_signer_and_sealer_are_loaded_from_pem_files(keys: Keys, tmp_path: Path) -> None:
    certificate = a_certificate(keys.p256)
    paths = write_pem(tmp_path, keys.p256, certificate)
    registered = a_registration(certificate)
    assert check(PayloadSigner.load(*paths).sign(PAYLOAD), [registered]) is registered
    assert check(AnswerSealer.load(*paths).seal(PAYLOAD, at=NOON), [registered]) is registered


def test_a_key_under_a_passphrase_is_loaded_with_it_alone(keys: Keys, tmp_path: Path) -> None:
    certificate = a_certificate(keys.p256)
    key_path, certificate_path = write_pem(tmp_path, keys.p256, certificate)
    encryption = BestAvailableEncryption(b"secret")
    key_path.write_bytes(keys.p256.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
    registered = a_registration(certificate)
    signer = PayloadSigner.load(key_path, certificate_path, passphrase=b"secret")
    assert check(signer.sign(PAYLOAD), [registered]) is registered
    for passphrase in (None, b"wrong"):
        with pytest.raises(ValueError, match=r"signer\.key\.pem holds no private key that can be read"):
            PayloadSigner.load(key_path, certificate_path, passphrase=passphrase)


def test_a_file_with_another_kind_of_key_is_not_loaded(keys: Keys, tmp_path: Path) -> None:
    paths = write_pem(tmp_path, keys.edwards, a_certificate(keys.edwards))
    with pytest.raises(ValueError, match="neither RSA nor ECDSA"):
        PayloadSigner.load(*paths)


@pytest.mark.parametrize(
    ("key", "why"),
    [("rsa_1024", "RSA of 1024 bits, at least 2048"), ("p521", "secp521r1, P-256 or P-384 expected")],
)
def test_a_key_that_would_be_refused_signs_nothing(keys: Keys, key: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        PayloadSigner(getattr(keys, key), a_certificate(getattr(keys, key)))


def test_a_certificate_of_another_key_signs_nothing(keys: Keys) -> None:
    with pytest.raises(ValueError, match="another key"):
        PayloadSigner(keys.p256, a_certificate(keys.other_p256))


@pytest.mark.parametrize("key", ["rsa_2048", "p384"])
def test_answers_are_sealed_on_p256_only(keys: Keys, key: str) -> None:
    private_key: Any = getattr(keys, key)
    with pytest.raises(ValueError, match="sealed with a key on P-256"):
        AnswerSealer(private_key, a_certificate(private_key))
