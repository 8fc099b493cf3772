"""Deliver the demo's files as a sender would: named, signed, sent; by OpenSSL and OpenSSH where they are installed."""

import shutil
import subprocess
from datetime import date, datetime
from pathlib import Path

from commands.demo.installation import SENDER_NUMBER, USER_NAME, DemoKeys
from domain.environments import Environment
from domain.filenames import SetKey
from domain.sender_numbers import SenderNumber
from sender.naming import SetNames, names_of_set
from sender.sending import Repeat, deliver, gather_sets
from sender.sessions.sftp_login import SftpConnection
from signing.signer import PayloadSigner

HOST = "127.0.0.1"
_SECONDS_ALLOWED = 120


def names_for(number: int, *, today: date, moment: int) -> SetNames:
    """Return the names of the `number`th set of a run that began `moment` seconds after midnight."""
    key = SetKey(
        purpose="DIMN",
        sender=SenderNumber(SENDER_NUMBER),
        date=today,
        sequence=f"{moment + number:05d}",
        environment=Environment.PRODUCTION,
    )
    return names_of_set(key, parts=1)


def signing_program() -> str:
    """Say what signs: OpenSSL where it is installed, else the product's own signer."""
    return "openssl cms -sign" if shutil.which("openssl") else "guichet sign"


def sign(payload: Path, signature: Path, *, keys: DemoKeys) -> None:
    """Write the signature file of `payload`: base64 of a detached CMS, without armour."""
    openssl = shutil.which("openssl")
    if openssl is None:
        signer = PayloadSigner.load(keys.signing_key, keys.certificate)
        signature.write_bytes(signer.sign(payload.read_bytes()))
        return
    signed = subprocess.run(  # noqa: S603 - the demo's own files
        [
            *(openssl, "cms", "-sign", "-binary", "-md", "sha256", "-in", str(payload)),
            *("-signer", str(keys.certificate), "-inkey", str(keys.signing_key), "-outform", "DER"),
        ],
        check=True,
        capture_output=True,
    )
    encoded = subprocess.run([openssl, "base64"], input=signed.stdout, check=True, capture_output=True)  # noqa: S603
    signature.write_bytes(encoded.stdout)


def sending_program() -> str:
    """Say what sends: OpenSSH where it is installed, else the product's own sender."""
    return "OpenSSH sftp" if shutil.which("sftp") else "guichet send"


def send(folder: Path, names: SetNames, *, keys: DemoKeys, port: int, at: datetime) -> None:
    """Put FI, FS and GO into IN over SFTP; raises when the door refuses any of them."""
    sftp = shutil.which("sftp")
    if sftp is None:
        connection = SftpConnection(HOST, port, USER_NAME, keys.ssh_key, keys.known_hosts, ())
        (outgoing,) = gather_sets([folder / str(name) for name in names.payloads], today=names.key.date)
        with connection.connected(passphrase_variable=None) as session:
            deliver(
                session,
                outgoing,
                counter=str(connection),
                at=at,
                repeat=Repeat.NEVER,
                report=lambda _line: None,
            )
        return
    batch = "".join(f"put {folder / str(name)} IN/{name}\n" for name in (*names.payloads, *names.signatures))
    batch += f"put {folder / str(names.go_ahead)} IN/{names.go_ahead}\n"
    subprocess.run(  # noqa: S603 - the demo's own files
        [
            *(sftp, "-b", "-", "-q", "-P", str(port), "-i", str(keys.ssh_key)),
            *("-o", f"UserKnownHostsFile={keys.known_hosts}", "-o", "StrictHostKeyChecking=yes"),
            *("-o", "IdentitiesOnly=yes", f"{USER_NAME}@{HOST}"),
        ],
        input=batch.encode(),
        check=True,
        capture_output=True,
        timeout=_SECONDS_ALLOWED,
    )
