"""Builders of deliveries that are good but for what they are told."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from asn1crypto import algos, cms, core
from asn1crypto.parser import emit

from domain.certificates import RegisteredCertificate
from tests.signing.builders import (
    NOON,
    PAYLOAD,
    Asn1,
    Keys,
    Signing,
    a_certificate,
    a_registration,
    an_attribute,
)

SECOND = timedelta(seconds=1)
SIGNER_FIELDS = ("version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm", "signature")
NOW = cms.Time("utc_time", core.UTCTime(NOON))
DIGEST = hashlib.sha256(PAYLOAD).digest()


@dataclass(frozen=True)
class Delivery:
    """What is handed to the check."""

    payload: bytes
    signature_file: bytes
    registered: Sequence[RegisteredCertificate]
    at: datetime = NOON


def a_delivery(keys: Keys, **deviations: Asn1) -> Delivery:
    """A good delivery by an RSA signer, whose signature deviates as told."""
    certificate = a_certificate(keys.rsa_2048)
    signing = replace(Signing(key=keys.rsa_2048, certificate=certificate), **deviations)
    return Delivery(PAYLOAD, signing.file(), [a_registration(certificate)])


def with_cms(change: Callable[[bytes], bytes]) -> Callable[[Keys], Delivery]:
    """Build a good delivery whose CMS bytes are then changed."""

    def build(keys: Keys) -> Delivery:
        good = a_delivery(keys)
        changed = change(base64.b64decode(good.signature_file))
        return replace(good, signature_file=base64.encodebytes(changed))

    return build


def with_parsed(change: Callable[[Asn1, Asn1], None]) -> Callable[[Keys], Delivery]:
    """Build a good delivery whose parsed SignedData and only SignerInfo are then changed."""

    def alter(encoded: bytes) -> bytes:
        content_info = cms.ContentInfo.load(encoded)
        change(content_info["content"], content_info["content"]["signer_infos"][0])
        return content_info.dump(force=True)

    return with_cms(alter)


def signing(**deviations: Asn1) -> Callable[[Keys], Delivery]:
    """Build a delivery whose signer signs deviantly."""
    return lambda keys: a_delivery(keys, **deviations)


def with_payload(payload: bytes) -> Callable[[Keys], Delivery]:
    """Build a good delivery whose payload is then replaced."""
    return lambda keys: replace(a_delivery(keys), payload=payload)


def with_signature_text(change: Callable[[bytes], bytes]) -> Callable[[Keys], Delivery]:
    """Build a good delivery whose signature file is then changed as text."""

    def build(keys: Keys) -> Delivery:
        good = a_delivery(keys)
        return replace(good, signature_file=change(good.signature_file))

    return build


def registered(**deviations: Asn1) -> Callable[[Keys], Delivery]:
    """Build a good delivery whose certificate is registered deviantly."""

    def build(keys: Keys) -> Delivery:
        return replace(a_delivery(keys), registered=[a_registration(a_certificate(keys.rsa_2048), **deviations)])

    return build


def certified(key: str = "rsa_2048", at: datetime = NOON, **deviations: Asn1) -> Callable[[Keys], Delivery]:
    """Build a delivery signed by the owner of a deviant certificate."""

    def build(keys: Keys) -> Delivery:
        certificate = a_certificate(getattr(keys, key), **deviations)
        file = Signing(key=getattr(keys, key), certificate=certificate).file()
        wide = a_registration(certificate, valid_from=datetime.min.replace(tzinfo=NOON.tzinfo))
        return Delivery(PAYLOAD, file, [wide], at)

    return build


def known_are(*certificates: Callable[[Keys], RegisteredCertificate]) -> Callable[[Keys], Delivery]:
    """Build a good delivery while others than its signer are registered."""
    return lambda keys: replace(a_delivery(keys), registered=[make(keys) for make in certificates])


def flip_last_byte(encoded: bytes) -> bytes:
    return encoded[:-1] + bytes([encoded[-1] ^ 1])


def rebuild(
    encoded: bytes,
    *,
    open_attributes: bool = False,
    attributes: bytes | None = None,
    replaced: dict[str, bytes] | None = None,
    extra: bytes = b"",
) -> bytes:
    """Assemble the CMS anew without certificates, in a form that asn1crypto would not write."""
    signed_data = cms.ContentInfo.load(encoded)["content"]
    signer = signed_data["signer_infos"][0]
    fields = {name: signer[name].dump() for name in SIGNER_FIELDS}
    if open_attributes:
        fields["signed_attrs"] = b"\xa0\x80" + signer["signed_attrs"].contents + b"\x00\x00"
    if attributes is not None:
        fields["signed_attrs"] = emit(2, 1, 0, attributes)
    fields |= replaced or {}
    signer_info = emit(0, 1, 16, b"".join(fields.values()) + extra)
    head = b"".join(signed_data[name].dump() for name in ("version", "digest_algorithms", "encap_content_info"))
    content = emit(0, 1, 16, head + emit(0, 1, 17, signer_info))
    return emit(0, 1, 16, cms.ContentType("signed_data").dump() + emit(2, 1, 0, content))


def remove_attributes(_: Asn1, signer: Asn1) -> None:
    signer["signed_attrs"] = None


def change_attribute(_: Asn1, signer: Asn1) -> None:
    later = (
        an_attribute("content_type", "data"),
        an_attribute("message_digest", DIGEST),
        an_attribute("signing_time", NOW),
    )
    signer["signed_attrs"] = cms.CMSAttributes(list(later))


def edit_value(_: Asn1, signer: Asn1) -> None:
    signer["signature"] = flip_last_byte(signer["signature"].native)


def empty_value(_: Asn1, signer: Asn1) -> None:
    signer["signature"] = b""


def no_digest_algorithm(_: Asn1, signer: Asn1) -> None:
    signer["digest_algorithm"] = algos.DigestAlgorithm({"algorithm": "sha224"})


def forge_signer(sid: Callable[[Keys], Asn1]) -> Callable[[Keys], Delivery]:
    """Build a delivery that names another signer than its own."""
    return lambda keys: a_delivery(keys, sid=sid(keys))
