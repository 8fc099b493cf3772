"""What is believed of a time-stamp authority's answer: each way in which one can be unsound is an outage."""

import base64
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from hashlib import sha256

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.refusals import OutageError
from signing.answers import AnswerSealer
from signing.timestamps import NONCE_BYTES, TimeStampAuthority, TimeStampTransport
from tests.signing.builders import (
    NOON,
    PAYLOAD,
    Keys,
    a_certificate,
    a_registration,
    an_attribute,
    check,
)
from tests.signing.stamping import (
    SIGNATURE_TIME_STAMP,
    TST_INFO,
    AuthorityInMemory,
    a_stamper_certificate,
    an_authority,
    names_v1,
    names_v2,
)

DIGEST = sha256(b"signature value").digest()
NONCE = bytes(range(1, NONCE_BYTES + 1))
OTHER_IMPRINT = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)}
OTHER_ALGORITHM = {"hash_algorithm": {"algorithm": "sha3_256"}, "hashed_message": DIGEST}
TWO_USAGES = (ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.EMAIL_PROTECTION)


def stamp_of(transport: TimeStampTransport, trusted: x509.Certificate) -> bytes:
    return TimeStampAuthority(transport, trusted, randomness=lambda size: NONCE[:size]).stamp(DIGEST)


@pytest.mark.parametrize(
    "deviations",
    [
        pytest.param({}, id="usual"),
        pytest.param({"status": "granted_with_mods"}, id="granted_with_modifications"),
        pytest.param({"is_named_by_key": True}, id="named_by_key_identifier"),
        pytest.param({"includes_certificate": False}, id="without_certificate"),
        pytest.param({"names": names_v1}, id="signing_certificate_of_version_1"),
        pytest.param({"digest": "sha512", "signature_algorithm": "sha512_ecdsa"}, id="sha_512"),
    ],
)
def test_a_sound_stamp_by_the_trusted_signer_is_returned_as_it_came(keys: Keys, deviations: dict) -> None:
    authority = an_authority(keys, **deviations)
    token = stamp_of(authority, authority.certificate)
    assert cms.ContentInfo.load(token, strict=True)["content"]["encap_content_info"]["content_type"].dotted == TST_INFO


def test_the_request_asks_for_sha_256_with_nonce_and_certificate(keys: Keys) -> None:
    authority = an_authority(keys)
    stamp_of(authority, authority.certificate)
    asked = authority.requests[0].native
    assert asked["message_imprint"]["hashed_message"] == DIGEST
    assert asked["message_imprint"]["hash_algorithm"]["algorithm"] == "sha256"
    assert asked["nonce"] == int.from_bytes(NONCE, "big")
    assert asked["cert_req"] is True


def the_time_authority(keys: Keys) -> x509.Certificate:
    return a_certificate(
        keys.other_p256, serial=1, issuer="Time authority", is_authority=True, usages=["key_cert_sign"]
    )


@pytest.mark.parametrize("is_named_by_key", [False, True])
def test_a_stamp_by_one_whom_the_trusted_authority_certified_is_believed(keys: Keys, is_named_by_key: bool) -> None:
    certificate = a_stamper_certificate(keys.p256, issuer_key=keys.other_p256)
    authority = AuthorityInMemory(key=keys.p256, certificate=certificate, is_named_by_key=is_named_by_key)
    assert stamp_of(authority, the_time_authority(keys))


def certified_by_another(keys: Keys) -> AuthorityInMemory:
    return AuthorityInMemory(key=keys.p256, certificate=a_stamper_certificate(keys.p256, issuer_key=keys.p384))


def by(**deviations: object) -> Callable[[Keys], AuthorityInMemory]:
    """An authority whose signer's certificate, issued by the trusted authority, deviates."""

    def build(keys: Keys) -> AuthorityInMemory:
        certificate = a_stamper_certificate(keys.p256, issuer_key=keys.other_p256, **deviations)
        return AuthorityInMemory(key=keys.p256, certificate=certificate)

    return build


def answering(**deviations: object) -> Callable[[Keys], AuthorityInMemory]:
    """An authority with a good signer, whose answer deviates."""

    def build(keys: Keys) -> AuthorityInMemory:
        certificate = a_stamper_certificate(keys.p256, issuer_key=keys.other_p256)
        return AuthorityInMemory(key=keys.p256, certificate=certificate, **deviations)

    return build


def forging(keys: Keys) -> AuthorityInMemory:
    certificate = a_stamper_certificate(keys.p256, issuer_key=keys.other_p256)
    return AuthorityInMemory(key=keys.other_p256, certificate=certificate)


def without_key_identifier(keys: Keys) -> AuthorityInMemory:
    certificate = a_stamper_certificate(keys.p256, issuer_key=keys.other_p256, has_key_identifier=False)
    return AuthorityInMemory(key=keys.p256, certificate=certificate, is_named_by_key=True)


def naming_another(keys: Keys) -> AuthorityInMemory:
    other = a_stamper_certificate(keys.p256, serial=78)
    return answering(names=lambda _own: names_v2(other))(keys)


def with_attributes(*attributes: cms.CMSAttribute) -> Callable[[Keys], AuthorityInMemory]:
    return answering(other_attributes=attributes)


TYPE = an_attribute("content_type", TST_INFO)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        pytest.param(answering(status="rejection"), "status is rejection", id="rejected"),
        pytest.param(answering(status="waiting"), "status is waiting", id="waiting"),
        pytest.param(answering(change=lambda _: b""), "middle of an element", id="empty"),
        pytest.param(answering(change=lambda _: b"<html>"), "no stamp that", id="a_web_page"),
        pytest.param(answering(change=lambda _: b"\x30\x05\x30\x03\x02\x01\x00"), "no stamp that", id="no_token"),
        pytest.param(answering(change=lambda encoded: encoded + b"\5\0"), "bytes follow", id="continued"),
        pytest.param(answering(change=lambda encoded: encoded[:-1]), "no stamp that", id="cut"),
        pytest.param(answering(stamp={"nonce": 5}), "answers another request", id="other_nonce"),
        pytest.param(answering(stamp={"nonce": None}), "answers another request", id="no_nonce"),
        pytest.param(answering(stamp={"message_imprint": OTHER_IMPRINT}), "another digest", id="other_digest"),
        pytest.param(answering(stamp={"message_imprint": OTHER_ALGORITHM}), "another digest", id="other_algorithm"),
        pytest.param(answering(content_type="data"), "holds no time stamp", id="no_time_stamp"),
        pytest.param(answering(stated_type="data"), "content-type attribute is another", id="other_stated_type"),
        pytest.param(answering(signer_count=0), "not exactly one signer", id="no_signer"),
        pytest.param(answering(signer_count=2), "not exactly one signer", id="two_signers"),
        pytest.param(answering(includes_certificate=False), "certificate is missing", id="no_certificate"),
        pytest.param(
            answering(change=lambda encoded: encoded.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x09")),
            "cannot be read",
            id="certificate_of_unknown_version",
        ),
        pytest.param(without_key_identifier, "certificate is missing", id="key_identifier_of_nobody"),
        pytest.param(answering(signature_algorithm="sha256_dsa"), "signature algorithm is", id="dsa"),
        pytest.param(answering(signature_algorithm="sha384_ecdsa"), "not over SHA_256", id="mixed_digests"),
        pytest.param(answering(digest="sha1", signature_algorithm="sha1_ecdsa"), "no stamp that", id="sha_1"),
        pytest.param(answering(names=None), "does not name its signer", id="names_no_certificate"),
        pytest.param(naming_another, "names another certificate", id="names_another_certificate"),
        pytest.param(with_attributes(TYPE), "incomplete", id="no_message_digest"),
        pytest.param(with_attributes(TYPE, an_attribute("message_digest")), "has no value", id="digest_without_value"),
        pytest.param(
            with_attributes(TYPE, an_attribute("message_digest", bytes(32))), "content was changed", id="other_content"
        ),
        pytest.param(forging, "signature does not verify", id="forged"),
        pytest.param(certified_by_another, "not certified by the configured", id="other_authority"),
        pytest.param(by(issuer="Other authority"), "not certified by the configured", id="other_issuer_name"),
        pytest.param(by(usages=None), "not for time stamps", id="no_extended_usage"),
        pytest.param(by(usages=TWO_USAGES), "not for time stamps alone", id="two_extended_usages"),
        pytest.param(by(is_critical=False), "not for time stamps alone", id="usage_not_critical"),
        pytest.param(by(not_after=NOON - timedelta(seconds=1)), "was not valid at", id="expired_signer"),
    ],
)
def test_anything_less_is_an_outage_and_says_why(
    keys: Keys, build: Callable[[Keys], AuthorityInMemory], words: str
) -> None:
    with pytest.raises(OutageError, match=words):
        stamp_of(build(keys), the_time_authority(keys))


def test_an_unsigned_content_is_no_stamp(keys: Keys) -> None:
    data = cms.ContentInfo({"content_type": "data", "content": b"x"})
    response = b"\x30\x03\x02\x01\x00" + data.dump()
    with pytest.raises(OutageError, match="it is not signed"):
        stamp_of(
            answering(change=lambda _: b"\x30" + bytes([len(response)]) + response)(keys), the_time_authority(keys)
        )


class AlteredAnswer:
    """One sound answer to our very request, of which bytes are then replaced."""

    def __init__(self, sound: bytes, replaced: list[tuple[int, int]]) -> None:
        self._answer = bytearray(sound)
        for position, byte in replaced:
            self._answer[position % len(sound)] = byte

    def ask(self, _request: bytes) -> bytes:
        return bytes(self._answer)


@cache
def a_sound_answer(keys: Keys) -> tuple[bytes, x509.Certificate]:
    authority = an_authority(keys)
    answers: list[bytes] = []
    authority.change = lambda encoded: answers.append(encoded) or encoded
    stamp_of(authority, authority.certificate)
    return answers[0], authority.certificate


@pytest.mark.filterwarnings("ignore:Parsed a serial number which wasn't positive")
@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=3))
@example([])
def test_an_answer_with_bytes_replaced_is_a_stamp_or_an_outage(keys: Keys, replaced: list[tuple[int, int]]) -> None:
    sound, certificate = a_sound_answer(keys)
    try:
        token = stamp_of(AlteredAnswer(sound, replaced), certificate)
    except OutageError:
        assert replaced
    else:
        assert token


def test_a_stamped_answer_carries_the_stamp_of_its_signature_and_is_accepted(keys: Keys) -> None:
    authority = an_authority(keys)
    stamps = TimeStampAuthority(authority, authority.certificate, randomness=lambda size: NONCE[:size])
    certificate = a_certificate(keys.p256)
    file = AnswerSealer(keys.p256, certificate, time_stamps=stamps).seal(PAYLOAD, at=NOON)
    signer = cms.ContentInfo.load(base64.decodebytes(file), strict=True)["content"]["signer_infos"][0]
    assert [attribute["type"].dotted for attribute in signer["unsigned_attrs"]] == [SIGNATURE_TIME_STAMP]
    stamped = authority.requests[0]["message_imprint"]["hashed_message"].native
    assert stamped == sha256(signer["signature"].native).digest()
    registered = a_registration(certificate)
    assert check(file, [registered]) is registered


def test_no_answer_is_sealed_without_the_stamp_that_is_wanted(keys: Keys) -> None:
    authority = an_authority(keys, status="rejection")
    stamps = TimeStampAuthority(authority, authority.certificate, randomness=lambda size: NONCE[:size])
    sealer = AnswerSealer(keys.p256, a_certificate(keys.p256), time_stamps=stamps)
    with pytest.raises(OutageError):
        sealer.seal(PAYLOAD, at=NOON)
