"""Ask a time-stamp authority when a signature existed, and believe only an answer to that very question (RFC 3161)."""

from collections.abc import Callable
from typing import Any, ClassVar, Protocol, TypeAlias

from asn1crypto import cms, core, tsp
from cryptography.x509 import Certificate

from domain.refusals import OutageError, Refusal
from signing.ber import read_element
from signing.timestamp_tokens import InvalidTokenError, read_token

Node: TypeAlias = Any
"""A piece of parsed ASN.1; asn1crypto has no types."""

NONCE_BYTES = 8

_GRANTED = {"granted", "granted_with_mods"}


class _Response(core.Sequence):  # type: ignore[misc] # asn1crypto has no types
    """A TimeStampResp, whose token is absent when none was granted; asn1crypto's own insists on one."""

    _fields: ClassVar = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class TimeStampTransport(Protocol):
    """Carries a request to the authority."""

    def ask(self, request: bytes) -> bytes:
        """Return the DER TimeStampResp to the DER TimeStampReq `request`; OutageError when none comes."""
        ...


class TimeStampAuthority:
    """An authority behind a transport, believed by `certificate`: its signer's, or that of its signer's issuer.

    `randomness` returns as many random bytes as asked for.
    """

    def __init__(
        self, transport: TimeStampTransport, certificate: Certificate, *, randomness: Callable[[int], bytes]
    ) -> None:
        self._transport = transport
        self._certificate = certificate
        self._randomness = randomness

    def stamp(self, digest: bytes) -> bytes:
        """Return the DER TimeStampToken over this SHA-256.

        Raises OutageError when the authority refuses, or answers anything but a sound stamp of this digest.
        """
        nonce = int.from_bytes(self._randomness(NONCE_BYTES), "big")
        response = self._transport.ask(_render_request(digest, nonce))
        try:
            read_element(response)
            return _read_response(response, digest=digest, nonce=nonce, trusted=self._certificate)
        except (InvalidTokenError, Refusal, ValueError, TypeError) as error:
            reason = " ".join(str(error).split())
            raise OutageError(f"the time-stamp authority gave no stamp that can be relied on: {reason}") from error


def _render_request(digest: bytes, nonce: int) -> bytes:
    request = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
            "nonce": nonce,
            "cert_req": True,
        }
    )
    return bytes(request.dump())


def _read_response(encoded: bytes, *, digest: bytes, nonce: int, trusted: Certificate) -> bytes:
    response = _Response.load(encoded, strict=True)
    status = response["status"]["status"].native
    if status not in _GRANTED:
        raise InvalidTokenError(f"its status is {status}")
    token = bytes(response["time_stamp_token"].dump())
    _require_answers(read_token(token, trusted=trusted), digest=digest, nonce=nonce)
    return token


def _require_answers(stamp: Node, *, digest: bytes, nonce: int) -> None:
    imprint = stamp["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256" or imprint["hashed_message"].native != digest:
        raise InvalidTokenError("it is over another digest")
    if stamp["nonce"].native != nonce:
        raise InvalidTokenError("it answers another request")
