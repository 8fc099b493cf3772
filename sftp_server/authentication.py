"""The login dialogue with a client: public keys only, a bounded number of tries."""

import structlog
from cryptography.hazmat.primitives import hashes
from paramiko import Message, PKey, RSAKey, Transport
from paramiko.auth_handler import AuthHandler

from sftp_server.algorithms import SHA1_SIGNATURE

log = structlog.get_logger()


class UnusableKey(PKey):
    """A key of a kind that nobody can log in with; refused like an unknown one, so that the client may offer its next."""


class Sha1RsaKey(RSAKey):
    """An RSA key whose signature may be over SHA-1; used only where a switch says so."""

    HASHES = {**RSAKey.HASHES, SHA1_SIGNATURE: hashes.SHA1}  # type: ignore[misc]  # noqa: RUF012 - paramiko's own form


class Authentication(AuthHandler):
    """Paramiko's dialogue, with fewer tries and without certificates.

    A first question without a method ("none", which most clients ask to learn the methods) is not counted as a try.
    """

    def __init__(self, transport: Transport, *, tries: int, peer: str) -> None:
        super().__init__(transport)
        self._tries = tries
        self._peer = peer
        self._has_asked_for_methods = False

    def _generate_key_from_request(self, algorithm: str, keyblob: bytes) -> PKey:
        """Return the offered key; paramiko would disconnect at the first kind that it does not take."""
        if algorithm not in self.transport.preferred_pubkeys:
            return UnusableKey()
        if algorithm == SHA1_SIGNATURE:
            log.warning("sftp login with a signature over SHA-1", peer=self._peer)
            return Sha1RsaKey(Message(keyblob))
        return super()._generate_key_from_request(algorithm, keyblob)  # type: ignore[misc,no-any-return]

    def _send_auth_result(self, username: str, method: str, result: int) -> None:
        if method == "none" and not self._has_asked_for_methods:
            self._has_asked_for_methods = True
            self.auth_fail_count -= 1
        super()._send_auth_result(username, method, result)  # type: ignore[misc]
        if self.auth_fail_count >= self._tries:
            log.info("sftp login given up", peer=self._peer, tries=self.auth_fail_count)
            self._disconnect_no_more_auth()  # type: ignore[attr-defined]
