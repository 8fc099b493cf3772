"""Connect to the counter by SFTP: only to a host key that was trusted beforehand, only with the sender's own key."""

import base64
import contextlib
import hashlib
import hmac
import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Never, Self

import paramiko

from domain.channels import Channel
from sender.configuration import Configuration, required
from sender.counter_names import CounterName
from sender.identities import load_identity
from sender.sessions.contract import (
    LOGIN_SECONDS,
    CounterSession,
    login_refused,
    login_undecided,
    no_counter,
    out_of_reach,
)
from sender.sessions.sftp import HearingClient, SftpSession
from sender.tables import printable
from sender.troubles import ExitCode, SenderError

_SHOWN_LINE = 60

logging.getLogger("paramiko").addHandler(logging.NullHandler())  # its tracebacks help no sender; we tell in sentences


@dataclass(frozen=True, slots=True)
class SftpConnection:
    """Where the counter is, who asks, and which host key is trusted: a fingerprint wins over a known-hosts file."""

    host: str
    port: int
    user: str
    identity: Path
    known_hosts: Path | None
    fingerprints: tuple[str, ...]

    @classmethod
    def of(cls, configuration: Configuration) -> Self:
        """Return the connection that the configuration describes; SenderError naming what is missing."""
        fingerprints = tuple(configuration.host_key_fingerprints or ())
        known_hosts = configuration.known_hosts
        if known_hosts is None and not fingerprints:
            known_hosts = Path("~/.ssh/known_hosts").expanduser()
        return cls(
            host=required(configuration.host, what="The counter's host", option="--host"),
            port=configuration.known_port,
            user=required(configuration.user, what="The technical user", option="--user"),
            identity=required(configuration.identity, what="The SSH key of the technical user", option="--identity"),
            known_hosts=known_hosts,
            fingerprints=fingerprints,
        )

    def __str__(self) -> str:
        return str(CounterName(Channel.SFTP, self.user, self.host, self.port))

    @contextlib.contextmanager
    def connected(self, *, passphrase_variable: str | None) -> Iterator[CounterSession]:
        """Yield an SFTP session with the counter, closed at the end.

        Raises SenderError when the counter cannot be reached, its key is not trusted, or it refuses the login.
        """
        identity = load_identity(self.identity, variable=passphrase_variable)
        with paramiko.SSHClient() as client:
            if self.fingerprints:
                client.set_missing_host_key_policy(_FingerprintPolicy(self.fingerprints))
            else:
                client.set_missing_host_key_policy(_RefuseUnknownPolicy())
                _load_known_hosts(client, self.known_hosts)
            _log_in(client, self, identity)
            yield _open_session(client)


def fingerprint_of(key: paramiko.PKey) -> str:
    """Return the fingerprint of a public key as OpenSSH writes it, `SHA256:` and base64 without padding."""
    digest = hashlib.sha256(key.asbytes()).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _log_in(client: paramiko.SSHClient, connection: SftpConnection, identity: paramiko.PKey) -> None:
    try:
        client.connect(
            connection.host,
            port=connection.port,
            username=connection.user,
            pkey=identity,
            allow_agent=False,
            look_for_keys=False,
            timeout=LOGIN_SECONDS,
            banner_timeout=LOGIN_SECONDS,
            auth_timeout=LOGIN_SECONDS,
        )
    except paramiko.BadHostKeyException as trouble:
        _refuse_host_key(connection.host, trouble.key)
    except paramiko.AuthenticationException as trouble:
        if not _is_told_by_the_counter(trouble):
            raise login_undecided(connection.user) from trouble
        raise login_refused(
            connection.user,
            f"the key {connection.identity}",
            next_step="Check that the public half of this key is registered for this technical user.",
        ) from trouble
    except (paramiko.SSHException, EOFError) as trouble:
        raise no_counter(connection.host, connection.port, str(trouble)) from trouble
    except OSError as trouble:
        raise out_of_reach(connection.host, connection.port, _reason(trouble)) from trouble


def _reason(trouble: OSError) -> str:
    """Return why, such as "Connection refused"; paramiko hides that behind one error for all addresses of a host."""
    errors = trouble.errors.values() if isinstance(trouble, paramiko.ssh_exception.NoValidConnectionsError) else ()
    first = next((error for error in errors if isinstance(error, OSError)), trouble)
    return first.strerror or str(first)


def _is_told_by_the_counter(trouble: paramiko.AuthenticationException) -> bool:
    """Whether the login was refused; paramiko raises the same when the line was cut before an answer came."""
    return not any(sign in str(trouble) for sign in ("transport shut down", "saw EOF"))


def _open_session(client: paramiko.SSHClient) -> SftpSession:
    transport = client.get_transport()
    opened = None if transport is None else HearingClient.from_transport(transport)
    if not isinstance(opened, HearingClient):
        raise SenderError(
            "The counter offers no SFTP.", next_step="Check --host and --port.", exit_code=ExitCode.NO_CONNECTION
        )
    return SftpSession(opened)


def _load_known_hosts(client: paramiko.SSHClient, path: Path | None) -> None:
    if path is None:
        return
    try:
        client.load_host_keys(path)
    except OSError as trouble:
        raise SenderError(
            f"The known-hosts file {path} cannot be opened: {trouble.strerror}.",
            next_step="Give --known-hosts, or --host-key-fingerprint with the fingerprint that the counter published.",
        ) from trouble
    except (paramiko.hostkeys.InvalidHostKey, ValueError) as trouble:
        line = (
            f": {printable(trouble.line[:_SHOWN_LINE])!r}"
            if isinstance(trouble, paramiko.hostkeys.InvalidHostKey)
            else ""
        )
        raise SenderError(
            f"The known-hosts file {path} has a line that holds no host key{line}.",
            next_step="Correct or remove that line, or give --known-hosts a file with the counter's host keys alone.",
        ) from trouble


def _refuse_host_key(host: str, key: paramiko.PKey) -> Never:
    raise SenderError(
        f"The host key that {host} shows is not trusted: {key.get_name()} {fingerprint_of(key)}; nothing was sent.",
        next_step="Compare it with the fingerprint that the counter published; only if equal, trust it with "
        "--host-key-fingerprint or in the known-hosts file.",
        exit_code=ExitCode.NO_CONNECTION,
    )


class _RefuseUnknownPolicy(paramiko.MissingHostKeyPolicy):
    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        del client
        _refuse_host_key(hostname, key)


class _FingerprintPolicy(paramiko.MissingHostKeyPolicy):
    def __init__(self, trusted: Collection[str]) -> None:
        self._trusted = tuple(trusted)

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        del client
        shown = fingerprint_of(key).encode()
        if not any(hmac.compare_digest(shown, fingerprint.rstrip("=").encode()) for fingerprint in self._trusted):
            _refuse_host_key(hostname, key)
