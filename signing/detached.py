"""Verify the detached signature over a payload and decide whose registered certificate made it.

Only certificates registered for the sender count; those inside the signature are never looked at. Pure: no clock, no
network, no table.
"""

from collections.abc import Collection
from datetime import datetime
from typing import BinaryIO

from domain.certificates import RegisteredCertificate
from domain.refusals import OutageError, Refusal, RefusalCode
from domain.sender_numbers import SenderNumber
from signing.algorithms import has_signed
from signing.certificate_checks import require_fit
from signing.certificates import SigningCertificate, read_certificate
from signing.cms import DetachedSignature, IssuerAndSerial, KeyIdentifier, read_cms
from signing.payloads import digest_payload
from signing.signature_files import read_signature_file

__all__ = ["check_signer", "digest_payload"]

_Candidate = tuple[RegisteredCertificate, SigningCertificate]


def check_signer(
    payload: BinaryIO,
    signature_file: bytes,
    *,
    sender: SenderNumber,
    registered: Collection[RegisteredCertificate],
    at: datetime,
) -> RegisteredCertificate:
    """Return the registered certificate that signed the exact bytes of `payload` (batch protocol §2.3).

    `signature_file` is the file as delivered, `registered` every certificate registered for `sender` in any state,
    `at` the instant of reception (aware). The payload is read from where it stands, in chunks, once, and not at all
    when the signer cannot be accepted.

    Raises one Refusal, in the order of batch protocol §5: SIGNATURE_INVALID for a file or CMS that is wrong,
    CERTIFICATE_NOT_OF_SENDER for a signer that is not among `registered`, SIGNATURE_INVALID for a certificate that may
    not sign now and for bytes that were not signed. Raises OutageError when a registered certificate is unreadable.
    """
    signature = read_cms(read_signature_file(signature_file))
    candidates = _require_registered(signature.signer, sender, registered)
    fit = _require_any_fit(candidates, at=at)
    signed_digest = _require_payload_digest(signature, payload)
    for entry, certificate in fit:
        if _has_made(certificate, signature, signed_digest):
            return entry
    raise Refusal(
        RefusalCode.SIGNATURE_INVALID,
        f"signature does not verify with the key of the registered certificate with {signature.signer}",
    )


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


def _require_any_fit(candidates: list[_Candidate], *, at: datetime) -> list[_Candidate]:
    """Return the candidates that may sign; one certificate can be registered anew after it was withdrawn."""
    fit: list[_Candidate] = []
    refusals: list[Refusal] = []
    for entry, certificate in candidates:
        try:
            require_fit(entry, certificate, at=at)
        except Refusal as refusal:
            refusals.append(refusal)
        else:
            fit.append((entry, certificate))
    if not fit:
        raise refusals[-1]
    return fit


def _require_payload_digest(signature: DetachedSignature, payload: BinaryIO) -> bytes:
    """Return the digest of what was signed: of the attributes, once the payload has theirs, or of the payload."""
    digest = digest_payload(payload, algorithm=signature.digest_algorithm)
    if signature.attributes is None:
        return digest
    stated = signature.attributes.message_digest
    if stated != digest:
        raise Refusal(
            RefusalCode.SIGNATURE_INVALID,
            f"payload has digest {digest.hex()}, the signature is over {stated[: len(digest)].hex()} "
            "(a signer that is not told to sign binary changes line ends first)",
        )
    return signature.digest_algorithm.digest(signature.attributes.encoded)


def _has_made(certificate: SigningCertificate, signature: DetachedSignature, signed_digest: bytes) -> bool:
    return has_signed(
        certificate.public_key,
        scheme=signature.scheme,
        digest_algorithm=signature.digest_algorithm,
        digest=signed_digest,
        value=signature.value,
    )
