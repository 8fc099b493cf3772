"""Connect to the counter by FTP: under TLS to a certificate that is verified, without TLS only where that is told."""

import contextlib
import ftplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

from domain.channels import Channel
from sender.configuration import Configuration, required
from sender.counter_names import CounterName
from sender.passphrases import read_passphrase, read_password
from sender.sessions.contract import (
    LOGIN_SECONDS,
    CounterSession,
    login_refused,
    login_undecided,
    no_counter,
    out_of_reach,
)
from sender.sessions.ftp import FtpSession, leave
from sender.sessions.tls import add_login, not_trusted, verifying_context
from sender.troubles import SenderError

_MORE_IS_NEEDED = "3"
_NOT_LOGGED_IN = "530"
_ENCODING = "latin-1"
"""Names and replies are ASCII; whatever else comes is at least no trouble to read."""


@dataclass(frozen=True, slots=True)
class FtpConnection:
    """Where the counter is, who asks, what it must show, and with what the user logs in."""

    host: str
    port: int
    user: str
    authority: Path | None
    login: tuple[Path, Path] | None
    password_variable: str | None
    is_without_tls: bool

    @classmethod
    def of(cls, configuration: Configuration) -> Self:
        """Return the connection that the configuration describes; SenderError naming what is missing."""
        login = None
        if configuration.login_certificate is not None:
            key = required(configuration.login_key, what="The key of the login certificate", option="--login-key")
            login = (configuration.login_certificate, key)
        is_without_tls = bool(configuration.without_tls)
        if is_without_tls and (login or configuration.authority):
            raise SenderError(
                "Certificates are shown in TLS alone, and the configuration says to go without.",
                next_step="Leave --without-tls out, or the authority and the login certificate.",
            )
        return cls(
            host=required(configuration.host, what="The counter's host", option="--host"),
            port=configuration.known_port,
            user=required(configuration.user, what="The technical user", option="--user"),
            authority=configuration.authority,
            login=login,
            password_variable=configuration.password_env,
            is_without_tls=is_without_tls,
        )

    def __str__(self) -> str:
        return str(CounterName(Channel.FTP, self.user, self.host, self.port))

    @contextlib.contextmanager
    def connected(self, *, passphrase_variable: str | None) -> Iterator[CounterSession]:
        """Yield an FTP session with the counter, closed at the end.

        Raises SenderError when the counter cannot be reached, is not trusted, or refuses the login.
        """
        client = self._client(passphrase_variable)
        try:
            self._log_in(client)
            yield FtpSession(client)
            leave(client)
        finally:
            client.close()

    def _client(self, passphrase_variable: str | None) -> ftplib.FTP:
        if self.is_without_tls:
            return ftplib.FTP(timeout=LOGIN_SECONDS, encoding=_ENCODING)  # noqa: S321 - told so by the configuration
        context = verifying_context(self.authority)
        if self.login is not None:
            certificate, key = self.login
            phrase = partial(read_passphrase, key, variable=passphrase_variable)
            add_login(context, certificate, key, passphrase=phrase)
        return ftplib.FTP_TLS(timeout=LOGIN_SECONDS, encoding=_ENCODING, context=context)  # noqa: S321 - under TLS

    def _log_in(self, client: ftplib.FTP) -> None:
        try:
            self._converse(client)
        except ssl.SSLError as trouble:
            raise not_trusted(self.host, self.port, trouble) from trouble
        except ftplib.error_perm as refusal:
            if str(refusal).startswith(_NOT_LOGGED_IN):
                raise self._refused() from refusal
            raise no_counter(self.host, self.port, str(refusal)) from refusal
        except ftplib.error_temp as trouble:
            raise login_undecided(self.user, str(trouble)[4:]) from trouble
        except (ftplib.Error, ValueError) as trouble:
            raise no_counter(self.host, self.port, str(trouble)) from trouble
        except (EOFError, ConnectionResetError, BrokenPipeError) as trouble:
            if not client.welcome:
                raise no_counter(self.host, self.port, str(trouble) or "it hangs up") from trouble
            raise login_undecided(self.user) from trouble
        except OSError as trouble:
            raise out_of_reach(self.host, self.port, trouble.strerror or str(trouble)) from trouble

    def _converse(self, client: ftplib.FTP) -> None:
        client.connect(self.host, self.port)
        if isinstance(client, ftplib.FTP_TLS):
            client.auth()
        self._sign_in(client)
        if isinstance(client, ftplib.FTP_TLS):
            client.prot_p()

    def _sign_in(self, client: ftplib.FTP) -> None:
        reply = client.sendcmd(f"USER {self.user}")
        if not reply.startswith(_MORE_IS_NEEDED):
            return
        if self._is_certificate_alone:
            raise self._refused()
        client.sendcmd(f"PASS {read_password(self.user, variable=self.password_variable)}")

    @property
    def _is_certificate_alone(self) -> bool:
        return self.login is not None and self.password_variable is None

    def _refused(self) -> SenderError:
        if self.is_without_tls:
            means = "a password and without TLS"
            step = "Check user and password, and whether your network is listed for your sender; else use TLS."
        elif self.login is not None and self._is_certificate_alone:
            means = f"the certificate {self.login[0]}"
            step = "Check that this certificate is registered for this technical user and still valid."
        else:
            means = "a password"
            step = "Check user and password; after ten failures in five minutes your address has to wait."
        return login_refused(self.user, means, next_step=step)
