"""The demo's authority of senders: trusted through files, its list renewed in time, its key out of the sender's sight."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from django.conf import settings

from channels.models import SenderCertificate, SenderService, TrustedCertificate
from channels.trust_files import read_list
from commands.demo.installation import DemoKeys, install_demo_sender, make_sender_keys, trust_demo_authority

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)


def install(home: Path, *, at: datetime = NOW) -> DemoKeys:
    server_keys, keys = home / "keys", DemoKeys(home / "demo")
    server_keys.mkdir(exist_ok=True)
    for name in ("sftp_host_ed25519", "sftp_host_ecdsa"):
        (server_keys / f"{name}.pub").write_text("ssh-ed25519 AAAA\n")
    make_sender_keys(keys, server_keys=server_keys, sftp_port=8022, at=at)
    return keys


def the_list(home: Path, *, at: datetime) -> x509.CertificateRevocationList:
    trust_demo_authority(home / "keys", home / "trust", at=at)
    (path,) = (home / "trust" / "crls").iterdir()
    return x509.load_der_x509_crl(read_list(path.read_bytes()))


def test_the_list_is_renewed_when_less_than_half_of_its_life_is_left(tmp_path: Path):
    install(tmp_path)
    updates = [the_list(tmp_path, at=NOW + timedelta(days=day)).last_update_utc for day in (0, 100, 200)]
    assert updates == [NOW, NOW, NOW + timedelta(days=200)]


def test_a_list_that_is_no_list_is_replaced(tmp_path: Path):
    install(tmp_path)
    the_list(tmp_path, at=NOW)
    next((tmp_path / "trust" / "crls").iterdir()).write_bytes(b"nothing")
    assert the_list(tmp_path, at=NOW + timedelta(days=1)).last_update_utc == NOW + timedelta(days=1)


def test_the_certificate_that_is_trusted_issued_the_senders_and_its_key_stays_with_the_counter(tmp_path: Path):
    keys = install(tmp_path)
    the_list(tmp_path, at=NOW)
    (anchor,) = (tmp_path / "trust" / "anchors").iterdir()
    signer = x509.load_pem_x509_certificate(keys.certificate.read_bytes())
    signer.verify_directly_issued_by(x509.load_pem_x509_certificate(anchor.read_bytes()))
    assert not [path for path in keys.folder.iterdir() if "authority" in path.name]


def test_keys_without_the_key_of_their_authority_are_made_anew(tmp_path: Path):
    keys = install(tmp_path)
    before = keys.certificate.read_bytes()
    assert install(tmp_path).certificate.read_bytes() == before
    (tmp_path / "keys" / "demo_senders_authority.key.pem").unlink()
    assert install(tmp_path).certificate.read_bytes() != before


def test_the_sender_can_sign_and_a_repeat_changes_nothing(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "GUICHET", replace(settings.GUICHET, trust=tmp_path / "trust"))
    keys = install(tmp_path, at=datetime.now(UTC))
    for _ in range(2):
        install_demo_sender(keys, home=tmp_path, sftp_port=8022, at=datetime.now(UTC))
    assert (SenderCertificate.objects.count(), TrustedCertificate.objects.count()) == (1, 1)
    assert {*SenderService.objects.values_list("purpose", flat=True)} == {"CIAO", "DIMN"}
