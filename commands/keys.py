"""`guichet keys`: make the keys of an installation that are not there yet, and let host keys follow one another."""

import secrets
import sys
from argparse import ArgumentParser, Namespace
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from auth.locksmith import Locksmith
from auth.openid.client_keys import ClientKeys, generate_key
from auth.provider.signing_keys import SigningKeyFile, SigningKeys
from commands.authority import Authority, utc_now
from commands.host_keys import HOST_KEYS, announce_host_keys, fingerprint, make_host_key, switch_host_keys
from commands.stack.home import guichet_home, write_whole

_AUTHORITY_LIFETIME = timedelta(days=3650)
_LIFETIME = timedelta(days=825)
_HOSTS = ["localhost", "portal"]
_FTP_HOSTS = ["localhost", "ftp"]
_ADDRESSES = ["127.0.0.1", "::1"]


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what to do; where the keys lie is a setting, GUICHET_HOME."""
    parser.description = (
        "Makes what is missing in GUICHET_HOME/keys: host keys of the SFTP door, the key and certificate that sign "
        "answers, those of the portal and of the FTP door, the key that signs notices, the keys of the persons register, "
        "those of signing in, our keys at identity providers, those that sign id tokens for applications, and the "
        "authority behind the certificates. `announce` makes the next host keys of the SFTP door, `switch` puts them in the "
        "place of the present ones. `renew-openid` makes the next "
        "keys at identity providers, `renew-provider` those that sign id tokens for applications: published at once, signing a "
        "day later."
    )
    parser.add_argument(
        "action", nargs="?", choices=tuple(_ACTIONS), default="make", help="what to do (default: make what is missing)"
    )


def run(arguments: Namespace) -> int:
    """Do what was asked for and name the keys."""
    return _ACTIONS[arguments.action](guichet_home() / "keys")


def _make(folder: Path) -> int:
    made = make_missing_keys(folder)
    for name in made:
        sys.stdout.write(f"made {name}\n")
    if not made:
        sys.stdout.write("every key is there already\n")
    return 0


def _announce(folder: Path) -> int:
    for path in announce_host_keys(folder):
        sys.stdout.write(f"made {path.name}: {fingerprint(path)}\n")
    sys.stdout.write("restart sftp: clients that update their host keys learn these; then `guichet keys switch`\n")
    return 0


def _switch(folder: Path) -> int:
    switched = switch_host_keys(folder)
    if not switched:
        sys.stderr.write("no host key is announced: `guichet keys announce` comes first\n")
        return 1
    for path in switched:
        sys.stdout.write(f"switched {path.name}: {fingerprint(path)}\n")
    sys.stdout.write("restart sftp\n")
    return 0


def _renew_openid(folder: Path) -> int:
    path = folder / "openid.json"
    keys = ClientKeys.read(path).renewed(generate_key, at=utc_now())
    write_whole(path, keys.render())
    for kind, dated in (("signing", keys.signing), ("encryption", keys.encryption)):
        sys.stdout.write(f"made {kind} key {dated[-1].name}; {len(dated)} are kept\n")
    sys.stdout.write("providers read them at once; the new one signs in 24 hours; nothing needs a restart\n")
    return 0


def _renew_provider(folder: Path) -> int:
    path = folder / "provider.json"
    keys = SigningKeyFile(path).current().renewed(at=utc_now())
    write_whole(path, keys.render())
    for made in keys.keys[-2:]:
        sys.stdout.write(f"made {made.algorithm} key {made.name}\n")
    sys.stdout.write("applications read them at once; they sign in 24 hours; nothing needs a restart\n")
    return 0


_ACTIONS = {
    "make": _make,
    "announce": _announce,
    "switch": _switch,
    "renew-openid": _renew_openid,
    "renew-provider": _renew_provider,
}


def make_missing_keys(folder: Path) -> list[str]:
    """Make every key that `folder` lacks and return the names of the files made."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    before = set(folder.iterdir())
    authority = _authority(folder)
    for name in HOST_KEYS:
        make_host_key(folder / name, HOST_KEYS[name])
    if not (folder / "answers.key.pem").exists():
        authority.issue_signer("Guichet answers", at=utc_now(), lifetime=_LIFETIME).write(
            key_path=folder / "answers.key.pem",
            certificate_path=folder / "answers.cert.pem",
        )
    if not (folder / "tls.key.pem").exists():
        authority.issue_server(_HOSTS, _ADDRESSES, at=utc_now(), lifetime=_LIFETIME).write(
            key_path=folder / "tls.key.pem",
            certificate_path=folder / "tls.cert.pem",
        )
    if not (folder / "ftp.key.pem").exists():
        authority.issue_server(_FTP_HOSTS, _ADDRESSES, at=utc_now(), lifetime=_LIFETIME).write(
            key_path=folder / "ftp.key.pem",
            certificate_path=folder / "ftp.cert.pem",
        )
    _notices_key(folder / "notices.key.pem")
    _persons_keys(folder / "persons.json")
    if not (folder / "signing_in.json").exists():
        write_whole(folder / "signing_in.json", Locksmith.generate())
    if not (folder / "openid.json").exists():
        write_whole(folder / "openid.json", ClientKeys.make(generate_key, at=utc_now()).render())
    if not (folder / "provider.json").exists():
        write_whole(folder / "provider.json", SigningKeys.make(at=utc_now()).render())
    if not (folder / "django_secret").exists():
        write_whole(folder / "django_secret", secrets.token_urlsafe(50))
    return sorted(path.name for path in set(folder.iterdir()) - before)


def _authority(folder: Path) -> Authority:
    key_path, certificate_path = folder / "authority.key.pem", folder / "authority.cert.pem"
    if key_path.exists() and certificate_path.exists():
        return Authority.load(key_path=key_path, certificate_path=certificate_path)
    authority = Authority.create("Guichet authority", at=utc_now(), lifetime=_AUTHORITY_LIFETIME)
    authority.identity.write(key_path=key_path, certificate_path=certificate_path)
    return authority


def _notices_key(path: Path) -> None:
    if path.exists():
        return
    key = ed25519.Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    write_whole(path, private.decode("ascii"))
    write_whole(path.with_name("notices.pub.pem"), public.decode("ascii"))


def _persons_keys(path: Path) -> None:
    if path.exists():
        return
    from commands.compose import set_up_django  # noqa: PLC0415 - the format of these keys belongs to the register

    set_up_django()
    from registers.persons.numbers import PersonKeys  # noqa: PLC0415

    write_whole(path, PersonKeys.generate())
