"""Seal answers with the platform's key, so that anyone who has its authority's certificate can verify them alone."""

from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol, Self

from asn1crypto import cms, core, tsp, x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from domain.refusals import OutageError
from signing.cms_writer import CmsWriter, render_attribute
from signing.payloads import digest_payload
from signing.signature_files import render_signature_file
from signing.signing_identities import SigningIdentity, SigningKey

_SIGNING_TIME = "1.2.840.113549.1.9.5"
_SIGNATURE_TIME_STAMP = "1.2.840.113549.1.9.16.2.14"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
_FIRST_YEAR_WITHOUT_UTC_TIME = 2050


class TimeStamps(Protocol):
    """Whoever proves when a signature existed."""

    def stamp(self, digest: bytes) -> bytes:
        """Return a DER TimeStampToken (RFC 3161) over this SHA-256; OutageError when none is to be had now."""
        ...


class AnswerSealer:
    """The platform's P-256 key and certificate; ValueError for any other kind of key, or two that do not match.

    With `time_stamps` every signature carries a time stamp, which makes it CAdES-T; without, none does.
    """

    def __init__(
        self, private_key: SigningKey, certificate: Certificate, *, time_stamps: TimeStamps | None = None
    ) -> None:
        self._time_stamps = time_stamps
        self._certificate = certificate
        match private_key:
            case ec.EllipticCurvePrivateKey(curve=ec.SECP256R1()):
                self._writer = CmsWriter(SigningIdentity(private_key, certificate))
                self._signing_certificate = _render_signing_certificate(certificate)
            case _:
                message = "answers are sealed with a key on P-256, got another kind of key"
                raise ValueError(message)

    @classmethod
    def load(cls, key_pem_path: Path, certificate_pem_path: Path, *, time_stamps: TimeStamps | None = None) -> Self:
        """Return the sealer with the unencrypted PEM key and the PEM certificate in these files.

        Raises ValueError when a file holds something else, OSError when it cannot be read.
        """
        identity = SigningIdentity.load(key_pem_path, certificate_pem_path)
        return cls(identity.private_key, identity.certificate, time_stamps=time_stamps)

    def seal(self, content: BinaryIO | bytes, *, at: datetime) -> bytes:
        """Return the body of the signature file for an answer's exact bytes (batch protocol §2.6).

        A detached CMS with SHA-256 and the signed attributes content-type, message-digest, signing-time (`at`, aware,
        in whole seconds) and ESS signing-certificate-v2 (RFC 5035), as base64 lines of 64 columns ended by LF. Raises
        OutageError when a time stamp is wanted and none is to be had, and when the certificate has ended: an answer
        never goes out without, nor with a signature that its recipient must refuse.
        """
        self._require_not_ended(at)
        digest = digest_payload(content, algorithm=self._writer.identity.digest_algorithm)
        attributes = (_render_signing_time(at), self._signing_certificate)
        stamp = None if self._time_stamps is None else partial(_render_time_stamp, time_stamps=self._time_stamps)
        return render_signature_file(self._writer.write(digest, attributes=attributes, stamp=stamp))

    def _require_not_ended(self, at: datetime) -> None:
        end = self._certificate.not_valid_after_utc
        if at > end:
            message = f"the certificate that answers are signed with ended on {end.isoformat()}: make a new one"
            raise OutageError(message)


def _render_time_stamp(signature_value: bytes, *, time_stamps: TimeStamps) -> bytes:
    """Return the signature-time-stamp attribute (RFC 5126 §6.1.1)."""
    return render_attribute(_SIGNATURE_TIME_STAMP, time_stamps.stamp(sha256(signature_value).digest()))


def _render_signing_time(at: datetime) -> bytes:
    """Return the signing-time attribute, in the type that its year asks for (RFC 5652 §11.3)."""
    instant = at.astimezone(UTC).replace(microsecond=0)
    if instant.year < _FIRST_YEAR_WITHOUT_UTC_TIME:
        time = cms.Time("utc_time", core.UTCTime(instant))
    else:
        time = cms.Time("generalized_time", core.GeneralizedTime(instant))
    return render_attribute(_SIGNING_TIME, time.dump())


def _render_signing_certificate(certificate: Certificate) -> bytes:
    parsed = x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    identifier = tsp.ESSCertIDv2(
        {
            "cert_hash": certificate.fingerprint(SHA256()),
            "issuer_serial": {
                "issuer": [x509.GeneralName("directory_name", parsed.issuer)],
                "serial_number": parsed.serial_number,
            },
        }
    )
    return render_attribute(_SIGNING_CERTIFICATE_V2, tsp.SigningCertificateV2({"certs": [identifier]}).dump())
