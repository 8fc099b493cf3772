"""Verify the detached signature over a payload and decide whose registered certificate made it.

Only certificates registered for the sender count; those inside the signature are never looked at. Pure: no clock, no
network, no table.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import BinaryIO, TypeAlias

from domain.certificates import RegisteredCertificate
from domain.refusals import OutageError, Refusal, RefusalCode
from domain.sender_numbers import SenderNumber
from domain.trust import LineEnds
from signing.algorithms import DigestAlgorithm, has_signed
from signing.certificate_checks import require_fit
from signing.certificates import SigningCertificate, read_certificate
from signing.cms import DetachedSignature, IssuerAndSerial, KeyIdentifier, read_cms
from signing.payloads import digest_payload, digest_payload_and_text
from signing.signature_files import read_signature_file
from signing.trust import SignerTrust, TrustedPath

__all__ = ["Signer", "TextMode", "check_signer", "digest_payload"]


class TextMode(Enum):
    """Whether a signature over the payload with its line ends made CRLF is accepted (batch protocol §2.3)."""

    REFUSED = "refused"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose registered certificate signed, and by what it was found acceptable (SHA-256 in hexadecimal)."""

    entry: RegisteredCertificate
    path: tuple[str, ...]
    revocation: tuple[str, ...]
    line_ends: LineEnds


_Candidate: TypeAlias = tuple[RegisteredCertificate, SigningCertificate]


@dataclass(frozen=True, slots=True)
class _Fit:
    """A candidate that may sign, unless nothing fresh speaks of its revocation, which is asked last."""

    entry: RegisteredCertificate
    certificate: SigningCertificate
    path: TrustedPath


def check_signer(
    payload: BinaryIO,
    signature_file: bytes,
    *,
    sender: SenderNumber,
    registered: Collection[RegisteredCertificate],
    at: datetime,
    trust: SignerTrust,
    text_mode: TextMode = TextMode.REFUSED,
) -> Signer:
    """Return who signed the exact bytes of `payload` (batch protocol §2.3).

    `signature_file` is the file as delivered, `registered` every certificate registered for `sender` in any state,
    `at` the instant of reception (aware). The payload is read from where it stands, in chunks, once, and not at all
    when the signer cannot be accepted.

    Raises one Refusal, in the order of batch protocol §5: SIGNATURE_INVALID for a file or CMS that is wrong,
    CERTIFICATE_NOT_OF_SENDER for a signer that is not among `registered`, SIGNATURE_INVALID for a certificate that may
    not sign now and for bytes that were not signed. Raises OutageError when a registered certificate is unreadable, and
    last, for a signature that is sound otherwise, when revocation data are missing or too old.
    """
    signature = read_cms(read_signature_file(signature_file))
    candidates = _require_registered(signature.signer, sender, registered)
    fit = _require_any_fit(candidates, trust=trust, at=at)
    signed_digests = _require_signed_digests(signature, _digest(payload, signature.digest_algorithm, text_mode))
    made = [
        (candidate, line_ends)
        for line_ends, signed_digest in signed_digests.items()
        for candidate in fit
        if _has_made(candidate.certificate, signature, signed_digest)
    ]
    if not made:
        raise Refusal(
            RefusalCode.SIGNATURE_INVALID,
            f"signature does not verify with the key of the registered certificate with {signature.signer}",
        )
    return _require_any_not_revoked(made, trust=trust, at=at)


def _require_registered(
    signer: IssuerAndSerial | KeyIdentifier, sender: SenderNumber, registered: Collection[RegisteredCertificate]
) -> list[_Candidate]:
    own = ((entry, _read_registered(entry)) for entry in registered if entry.sender == sender)
    candidates = [(entry, certificate) for entry, certificate in own if _is_named(signer, certificate)]
    if not candidates:
        raise Refusal(
            RefusalCode.CERTIFICATE_NOT_OF_SENDER,
            f"signer's certificate with {signer} is not registered for sender {sender}",
        )
    return candidates


def _read_registered(entry: RegisteredCertificate) -> SigningCertificate:
    try:
        return read_certificate(entry.der)
    except ValueError as error:
        message = f"registered certificate {entry.sha256} of sender {entry.sender} cannot be read"
        raise OutageError(message) from error


def _is_named(signer: IssuerAndSerial | KeyIdentifier, certificate: SigningCertificate) -> bool:
    if isinstance(signer, KeyIdentifier):
        return signer.value == certificate.key_identifier
    return signer.serial == certificate.serial and signer.issuer == certificate.issuer


def _require_any_fit(candidates: list[_Candidate], *, trust: SignerTrust, at: datetime) -> list[_Fit]:
    """Return the candidates that may sign as far as is known; one can be registered anew after it was withdrawn.

    Raises the last one's Refusal when there is none: a candidate is a certificate of the sender's, so 125 is due.
    """
    fit: list[_Fit] = []
    refusals: list[Refusal] = []
    for entry, certificate in candidates:
        try:
            require_fit(entry, certificate, at=at)
            path = trust.require_path(entry.der, at=at)
            trust.require_not_known_revoked(path, at=at)
        except Refusal as refusal:
            refusals.append(refusal)
        else:
            fit.append(_Fit(entry, certificate, path))
    if not fit:
        raise refusals[-1]
    return fit


def _require_any_not_revoked(made: list[tuple[_Fit, LineEnds]], *, trust: SignerTrust, at: datetime) -> Signer:
    """Return the first signer whose revocation data speak; OutageError, the last one's, when nobody's do."""
    outages: list[OutageError] = []
    for candidate, line_ends in made:
        try:
            revocation = trust.require_not_revoked(candidate.path, at=at)
        except OutageError as outage:
            outages.append(outage)
        else:
            return Signer(candidate.entry, candidate.path.sha256, revocation, line_ends)
    raise outages[-1]


def _digest(payload: BinaryIO, algorithm: DigestAlgorithm, text_mode: TextMode) -> dict[LineEnds, bytes]:
    if text_mode is TextMode.ACCEPTED:
        return digest_payload_and_text(payload, algorithm=algorithm)
    return {LineEnds.AS_IS: digest_payload(payload, algorithm=algorithm)}


def _require_signed_digests(signature: DetachedSignature, digests: dict[LineEnds, bytes]) -> dict[LineEnds, bytes]:
    """Return the digest of what was signed, for each form of the payload that it may have been.

    That is the digest of the attributes, once a form of the payload has theirs, or else of the payload itself.
    """
    if signature.attributes is None:
        return digests
    stated = signature.attributes.message_digest
    for line_ends, digest in digests.items():
        if stated == digest:
            return {line_ends: signature.digest_algorithm.digest(signature.attributes.encoded)}
    as_is = digests[LineEnds.AS_IS]
    raise Refusal(
        RefusalCode.SIGNATURE_INVALID,
        f"payload has digest {as_is.hex()}, the signature is over {stated[: len(as_is)].hex()} "
        "(a signer that is not told to sign binary changes line ends first)",
    )


def _has_made(certificate: SigningCertificate, signature: DetachedSignature, signed_digest: bytes) -> bool:
    return has_signed(
        certificate.public_key,
        scheme=signature.scheme,
        digest_algorithm=signature.digest_algorithm,
        digest=signed_digest,
        value=signature.value,
    )
