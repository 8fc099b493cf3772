"""Verify a signature file against certificates at hand: who signed these bytes; trust lists are the counter's alone."""

from collections.abc import Collection
from datetime import datetime
from typing import BinaryIO

from domain.certificates import RegisteredCertificate
from domain.refusals import Refusal, RefusalCode
from signing.algorithms import has_signed
from signing.certificate_checks import require_fit
from signing.certificates import SigningCertificate, read_certificate
from signing.cms import DetachedSignature, IssuerAndSerial, read_cms
from signing.payloads import digest_payload
from signing.signature_files import MAX_SIGNATURE_FILE, read_signature_file

MAX_READ = MAX_SIGNATURE_FILE + 1
"""Bytes of a signature file to read: one above the limit is enough for the reader to refuse it."""


def require_readable_signature(signature_file: bytes) -> DetachedSignature:
    """Return the signature that the file carries; Refusal SIGNATURE_INVALID when its form is wrong."""
    return read_cms(read_signature_file(signature_file))


def require_signed_by(
    payload: BinaryIO, signature_file: bytes, *, certificates: Collection[RegisteredCertificate], at: datetime
) -> RegisteredCertificate:
    """Return the one of `certificates` that signed the exact bytes of `payload`, and may sign `at`.

    Path and revocation are not judged: whoever holds a certificate here trusts it itself. Raises Refusal in the order
    of batch protocol §5: SIGNATURE_INVALID for a file or CMS that is wrong, CERTIFICATE_NOT_OF_SENDER for another
    signer, SIGNATURE_INVALID for a certificate that may not sign at that instant and for bytes that were not signed.
    """
    signature = require_readable_signature(signature_file)
    named = [
        (entry, certificate)
        for entry in certificates
        if _is_named(signature, certificate := read_certificate(entry.der))
    ]
    if not named:
        raise Refusal(
            RefusalCode.CERTIFICATE_NOT_OF_SENDER,
            f"the signer's certificate with {signature.signer} is none of the {len(certificates)} expected",
        )
    entry, certificate = named[0]
    require_fit(entry, certificate, at=at)
    _require_signed(payload, signature, certificate)
    return entry


def _is_named(signature: DetachedSignature, certificate: SigningCertificate) -> bool:
    match signature.signer:
        case IssuerAndSerial(issuer=issuer, serial=serial):
            return serial == certificate.serial and issuer == certificate.issuer
        case identifier:
            return identifier.value == certificate.key_identifier


def _require_signed(payload: BinaryIO, signature: DetachedSignature, certificate: SigningCertificate) -> None:
    algorithm = signature.digest_algorithm
    digest = digest_payload(payload, algorithm=algorithm)
    if signature.attributes is not None:
        if signature.attributes.message_digest != digest:
            raise Refusal(
                RefusalCode.SIGNATURE_INVALID,
                "the bytes are not those that were signed (a signer that is not told to sign binary changes line ends "
                "first)",
            )
        digest = algorithm.digest(signature.attributes.encoded)
    if not has_signed(
        certificate.public_key,
        scheme=signature.scheme,
        digest_algorithm=algorithm,
        digest=digest,
        value=signature.value,
    ):
        raise Refusal(RefusalCode.SIGNATURE_INVALID, "the signature does not verify with the key of its certificate")
