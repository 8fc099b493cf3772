"""TLS towards the counter: always verified, against the authority that was configured or those of the system."""

import ssl
from collections.abc import Callable
from pathlib import Path

from sender.sessions.contract import no_counter
from sender.tables import printable
from sender.troubles import ExitCode, SenderError


def verifying_context(authority: Path | None) -> ssl.SSLContext:
    """Return a context that takes certificates of `authority` alone, else of the system's authorities.

    Raises SenderError when the file cannot be read.
    """
    try:
        context = ssl.create_default_context(cafile=authority)
    except ssl.SSLError as trouble:
        raise SenderError(
            f"{authority} holds no certificate in PEM form.",
            next_step="Give --authority the file that the operator published, with -----BEGIN CERTIFICATE-----.",
        ) from trouble
    except OSError as trouble:
        raise SenderError(
            f"The authority {authority} cannot be opened: {trouble.strerror}.", next_step="Check --authority."
        ) from trouble
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def add_login(context: ssl.SSLContext, certificate: Path, key: Path, *, passphrase: Callable[[], str]) -> None:
    """Let the context show a certificate; SenderError when it or its key cannot be used."""
    try:
        context.load_cert_chain(certificate, key, password=passphrase)
    except ssl.SSLError as trouble:
        raise SenderError(
            f"The certificate {certificate} and the key {key} cannot log in: not PEM, not a pair, or the pass phrase "
            "is wrong.",
            next_step="Check --login-certificate, --login-key and the pass phrase.",
        ) from trouble
    except OSError as trouble:
        raise SenderError(
            f"The certificate {certificate} or the key {key} cannot be opened: {trouble.strerror}.",
            next_step="Check --login-certificate and --login-key.",
        ) from trouble


def not_trusted(host: str, port: int, trouble: ssl.SSLError) -> SenderError:
    """Return what is told when a TLS handshake fails."""
    if not isinstance(trouble, ssl.SSLCertVerificationError):
        return no_counter(host, port, getattr(trouble, "reason", None) or str(trouble))
    return SenderError(
        f"The certificate that {host} shows is not trusted: {printable(trouble.verify_message)}; nothing was sent.",
        next_step="Give --host the name that the operator published, and --authority the authority; never another's.",
        exit_code=ExitCode.NO_CONNECTION,
    )
