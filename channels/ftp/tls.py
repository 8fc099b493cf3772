"""TLS as the FTP door speaks it: version 1.2 or later, sessions resumed, a client's own certificate asked for.

Whether a client's certificate opens anything is decided by the register of login certificates, not by who issued it;
the handshake proves that the client holds its key.
"""

import hashlib
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import SSL

_CIPHERS = b"ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL"
_SESSION_ID = b"guichet-ftp"


class TlsKeyError(Exception):
    """The door's key or certificate cannot be used; the message is one sentence for the operator."""


def make_tls_context(*, key_path: Path, certificate_path: Path) -> SSL.Context:
    """Return the context of control and data connections alike, so that one resumes the other's session.

    Make it before processes are forked: they then share the keys of session tickets. Raises TlsKeyError.
    """
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_options(SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION | SSL.OP_CIPHER_SERVER_PREFERENCE)
    context.set_cipher_list(_CIPHERS)
    try:
        context.use_certificate_chain_file(str(certificate_path))
        context.use_privatekey_file(str(key_path))
        context.check_privatekey()
    except SSL.Error as error:
        raise TlsKeyError(
            f"{key_path.name} and {certificate_path.name} in {key_path.parent} cannot be used: run `guichet keys`."
        ) from error
    context.set_session_id(_SESSION_ID)
    context.set_session_cache_mode(SSL.SESS_CACHE_SERVER)
    context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
    return context


def shown_certificate(connection: SSL.Connection) -> str:
    """Return the SHA-256 of the DER of the certificate that the client has shown, "" when it has shown none."""
    certificate = connection.get_peer_certificate(as_cryptography=True)
    return "" if certificate is None else hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()
