"""TLS towards the counter: what can be wrong with the files that it is made of."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.authority import Authority
from sender.sessions.tls import add_login, not_trusted, verifying_context
from sender.troubles import SenderError

NOW = datetime.now(UTC)


def test_certificates_and_names_are_always_verified(tmp_path: Path) -> None:
    Authority.create("Counter", at=NOW, lifetime=timedelta(days=9)).identity.write(
        key_path=tmp_path / "key.pem", certificate_path=tmp_path / "authority.pem"
    )
    for context in (verifying_context(tmp_path / "authority.pem"), verifying_context(None)):
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_authority_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(SenderError, match="cannot be opened"):
        verifying_context(tmp_path / "none.pem")
    (tmp_path / "authority.pem").write_text("no certificate")
    with pytest.raises(SenderError, match="holds no certificate"):
        verifying_context(tmp_path / "authority.pem")


def test_login_certificate_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    authority = Authority.create("Clients", at=NOW, lifetime=timedelta(days=9))
    for name in ("one", "two"):
        identity = authority.issue_signer(name, at=NOW, lifetime=timedelta(days=9))
        identity.write(key_path=tmp_path / f"{name}.key", certificate_path=tmp_path / f"{name}.pem")
    context = verifying_context(None)
    with pytest.raises(SenderError, match="not a pair"):
        add_login(context, tmp_path / "one.pem", tmp_path / "two.key", passphrase=str)
    with pytest.raises(SenderError, match="cannot be opened"):
        add_login(context, tmp_path / "none.pem", tmp_path / "two.key", passphrase=str)


def test_handshake_that_fails_for_another_reason_is_no_matter_of_trust() -> None:
    told = not_trusted("counter", 8443, ssl.SSLError(1, "wrong version number"))
    assert "does not answer as the counter does" in told.what
