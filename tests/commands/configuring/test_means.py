"""Keys, passwords, certificates and web clients by command: what is taken, what is refused."""

import json
import secrets
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x448
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey

from channels.models import (
    AccessToken,
    ChannelPassword,
    LoginCertificate,
    Sender,
    SshKey,
    WebClient,
)
from channels.passwords import is_password, new_password
from channels.web.client_ids import sender_of_client
from channels.web.scopes import SCOPES, parse_scopes
from evidence.models import AuditEvent
from tests.commands.configuring.hand_ins import (
    AUTHORITY,
    DAY,
    NOW,
    Run,
    a_certificate,
    a_public_key,
    add,
    an_ssh_key,
    events,
)

pytestmark = pytest.mark.django_db
SCOPE = "scope:dimona:declaration:consult"


def test_a_password_is_shown_once_and_kept_hashed(run: Run, sender: Sender):
    made = [run("ftp-logins set-password --sender 123456")[1].split()[3] for _ in range(2)]
    kept = ChannelPassword.objects.get().encoded
    assert kept.startswith("$argon2id$")
    assert [is_password(text, kept) for text in (*made, "x" * 129, "")] == [False, True, False, False]
    assert not is_password(made[1], "no hash")
    assert len(new_password(secrets.token_bytes)) == 32
    told = json.dumps([event.detail for event in AuditEvent.objects.all()])
    assert not [text for text in made if text in told]
    assert run("ftp-logins remove-password --sender 123456")[0] == 0
    assert run("ftp-logins remove-password --sender 123456")[1].startswith("nothing changed")


def test_an_ssh_key_is_registered_once_and_revoked_by_its_fingerprint(run: Run, sender: Sender, tmp_path: Path):
    path = an_ssh_key(tmp_path)
    added, again = (run("ssh-keys add --sender 123456", path) for _ in range(2))
    fingerprint = added[1].split()[-1]
    assert (added[0], again[0], again[1].startswith("nothing changed")) == (0, 0, True)
    assert fingerprint in run("ssh-keys list --sender 123456")[1]
    assert run("ssh-keys revoke --sender 123456", "00000000")[0] == 1
    assert run("ssh-keys revoke --sender 123456", fingerprint)[0] == 0
    assert SshKey.objects.get().state == "REVOKED"
    assert [event["fingerprint"] for event in events("ssh-key:revoked")] == [SshKey.objects.get().fingerprint]
    assert run("ssh-keys add --sender 123456", path)[1].startswith("registered")
    by_digits = SshKey.objects.get(state="ACTIVE").fingerprint[:12].upper()
    assert run("ssh-keys revoke --sender 123456", by_digits)[0] == 0


def test_an_ssh_key_of_another_sender_is_refused(run: Run, sender: Sender, tmp_path: Path):
    number = add(run)
    path = an_ssh_key(tmp_path)
    run("ssh-keys add --sender", number, path)
    assert "another technical user" in run("ssh-keys add --sender 123456", path)[1]


def test_a_key_that_the_door_would_not_take_is_refused(run: Run, sender: Sender, tmp_path: Path):
    weak = an_ssh_key(tmp_path, rsa.generate_private_key(65537, 1024))  # noqa: S505 - refused for it
    assert "has 1024 bits" in run("ssh-keys add --sender 123456", weak)[1]
    (tmp_path / "bytes.pub").write_bytes(b"\xff\xfe")
    assert "is no text" in run("ssh-keys add --sender 123456", str(tmp_path / "bytes.pub"))[1]
    assert "cannot be opened" in run("ssh-keys add --sender 123456", str(tmp_path / "nothing"))[1]
    (tmp_path / "long.pub").write_bytes(bytes(70_000))
    assert "more than 65536 bytes" in run("ssh-keys add --sender 123456", str(tmp_path / "long.pub"))[1]
    assert SshKey.objects.count() == 0


def test_a_login_certificate_is_registered_and_revoked(run: Run, sender: Sender, tmp_path: Path):
    path = a_certificate(tmp_path)
    assert run("ftp-logins add-certificate --sender 123456", path)[0] == 0
    assert run("ftp-logins add-certificate --sender 123456", path)[1].startswith("nothing changed")
    sha256 = LoginCertificate.objects.get().sha256
    assert sha256[:16] in run("ftp-logins list --sender 123456")[1]
    assert run("ftp-logins add-certificate --sender", add(run), path)[0] == 1
    assert run("ftp-logins revoke-certificate --sender 123456", sha256[:4])[0] == 1
    assert run("ftp-logins revoke-certificate --sender 123456", sha256[:12].upper())[0] == 0
    assert LoginCertificate.objects.get().state == "REVOKED"


def test_a_certificate_that_cannot_sign_in_is_refused(run: Run, sender: Sender, tmp_path: Path):
    expired = AUTHORITY.issue_signer("Old", at=NOW - 9 * DAY, lifetime=DAY)
    server = AUTHORITY.issue_server(["localhost"], [], at=NOW - DAY, lifetime=9 * DAY)
    for identity, sentence in ((expired, "expired"), (AUTHORITY.identity, "authority's own"), (server, "TLS clients")):
        code, told = run("ftp-logins add-certificate --sender 123456", a_certificate(tmp_path, identity))
        assert (code, sentence in told) == (1, True)
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("-----BEGIN CERTIFICATE-----")
    assert "no single certificate" in run("ftp-logins add-certificate --sender 123456", str(nothing))[1]


def test_a_web_client_has_the_sender_number_in_its_id_and_its_keys_by_name(run: Run, sender: Sender, tmp_path: Path):
    rsa_key = a_public_key(tmp_path, rsa.generate_private_key(65537, 2048), name="rsa.pem")
    code, told = run(f"web-clients add --scopes {SCOPE} --sender 123456", a_public_key(tmp_path))
    client = WebClient.objects.get()
    assert code == 0
    assert str(sender_of_client(client.client_id)) == "123456"
    assert client.scopes == SCOPE
    assert "(ES256)" in told
    assert "(RS256)" in run("web-clients add-key --kid two", client.client_id, rsa_key)[1]
    assert run("web-clients add-key --kid two", client.client_id, rsa_key)[1].startswith("nothing changed")
    assert run("web-clients add-key --kid two", client.client_id, a_public_key(tmp_path))[0] == 1
    assert run("web-clients revoke-key", client.client_id, "two")[0] == 0
    assert run("web-clients revoke-key", client.client_id, "two")[0] == 1
    AccessToken.objects.create(sha256="0" * 64, client=client, scopes="", issued_at=NOW, expires_at=NOW + DAY)
    assert run("web-clients revoke", client.client_id)[0] == 0
    assert run("web-clients revoke", client.client_id)[0] == 1
    assert AccessToken.objects.count() == 0
    assert "REVOKED" in run("web-clients list --sender 123456")[1]


def test_a_web_client_has_every_scope_unless_it_is_told_which(run: Run, sender: Sender, tmp_path: Path):
    assert run("web-clients add --sender 123456", a_public_key(tmp_path))[0] == 0
    two = "scope:dimona:declaration:consult,scope:dimona:declaration:declarant"
    assert run(f"web-clients add --scopes {two} --sender 123456", a_public_key(tmp_path))[0] == 0
    every, narrowed = WebClient.objects.order_by("pk")
    assert parse_scopes(every.scopes) == tuple(SCOPES.values())
    assert narrowed.scopes.split() == sorted(two.split(","), key=list(SCOPES).index)


def test_a_key_comes_as_jwk_or_certificate_too(run: Run, sender: Sender, tmp_path: Path):
    jwk = ECKey.generate_key("P-256", {"kid": "of-the-jwk"})
    public, private = tmp_path / "public.jwk", tmp_path / "private.jwk"
    public.write_text(json.dumps(jwk.as_dict(private=False)))
    private.write_text(json.dumps(jwk.as_dict(private=True)))
    assert "of-the-jwk (ES256)" in run("web-clients add --sender 123456", str(public))[1]
    assert "private or secret key" in run("web-clients add --sender 123456", str(private))[1]
    assert "(ES256)" in run("web-clients add --sender 123456", a_certificate(tmp_path))[1]


def test_the_name_of_a_key_without_one_is_its_thumbprint(run: Run, sender: Sender, tmp_path: Path):
    key = rsa.generate_private_key(65537, 2048)
    from joserfc.jwk import RSAKey  # noqa: PLC0415 - a second opinion

    told = run("web-clients add --sender 123456", a_public_key(tmp_path, key))[1]
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert RSAKey.import_key(pem.decode()).thumbprint() in told


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (rsa.generate_private_key(65537, 1024), "has 1024 bits"),  # noqa: S505 - refused for it
        (ec.generate_private_key(ec.SECP256K1()), "secp256k1"),
        (ec.generate_private_key(ec.SECP384R1()), "RS256 or ES256 alone"),
        (ed25519.Ed25519PrivateKey.generate(), "RS256 or ES256 alone"),
    ],
)
def test_a_key_that_cannot_speak_for_a_web_client_is_refused(run: Run, sender: Sender, tmp_path: Path, key, sentence):
    code, told = run("web-clients add --sender 123456", a_public_key(tmp_path, key))
    assert (code, sentence in told, WebClient.objects.count()) == (1, True, 0)


def test_what_is_no_key_is_refused(run: Run, sender: Sender, tmp_path: Path):
    path = tmp_path / "file"
    for content in (
        b"nothing",
        b"{}",
        b"{not json",
        b'{"kty":"oct","k":"AAAA"}',
        b"-----BEGIN PRIVATE KEY-----",
        b'{"a":' * 3000,
    ):
        path.write_bytes(content)
        assert run("web-clients add --sender 123456", str(path))[0] == 1
    good = a_public_key(tmp_path)
    assert "no name for a key" in run("web-clients add --sender 123456 --kid", "a b", good)[1]
    with pytest.raises(SystemExit) as end:
        run("web-clients add --scopes everything --sender 123456", good)
    assert end.value.code == 2


def test_public_files_that_are_not_what_they_should_be_are_refused(run: Run, sender: Sender, tmp_path: Path):
    path = tmp_path / "file"
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    path.write_bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    assert "(ES256)" in run("web-clients add --sender 123456", str(path))[1]
    path.write_bytes(bytes(20_000))
    assert "20000 bytes" in run("web-clients add --sender 123456", str(path))[1]
    path.write_bytes(
        x448.X448PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    assert "X448" in run("web-clients add --sender 123456", str(path))[1]
    path.write_text('{"kty":"OKP","crv":"X25519","x":"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"}')
    assert run("web-clients add --sender 123456", str(path))[0] == 1
    assert "without a scope" in run("web-clients add --sender 123456 --scopes", "", a_public_key(tmp_path))[1]


def test_a_client_without_keys_is_listed_too(run: Run, sender: Sender):
    WebClient.objects.create(client_id="self_service_chaman_123456_a", sender=sender, scopes=SCOPE, created_at=NOW)
    assert f"self_service_chaman_123456_a  ACTIVE  {SCOPE}" in run("web-clients list")[1]
