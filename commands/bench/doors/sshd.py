"""OpenSSH's own server, to be measured beside our door: internal-sftp, keys and configuration of its own, loopback."""

import getpass
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commands.bench.doors.installation import free_port, wait_for_listener
from domain.refusals import OutageError

USER = getpass.getuser()
_CONFIGURATION = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_ed25519
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups 1000
MaxSessions 1000
LogLevel ERROR
Subsystem sftp internal-sftp
"""
_PRIVILEGE_SEPARATION = Path("/run/sshd")


@contextmanager
def running_sshd(folder: Path, *, public_key: Path) -> Iterator[int]:
    """Run the server for the user of this process, who logs in with that key; give its port."""
    program = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise OutageError("OpenSSH's sshd, beside which the SFTP door is measured, is not installed")
    folder.mkdir()
    keygen = ["ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", str(folder / "host_ed25519")]
    subprocess.run(keygen, check=True)  # noqa: S603 - fixed words and our own path
    (folder / "authorized_keys").write_bytes(public_key.read_bytes())
    port = free_port()
    (folder / "config").write_text(_CONFIGURATION.format(port=port, folder=folder), encoding="ascii")
    if os.geteuid() == 0:
        _PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
    command = [program, "-D", "-e", "-f", str(folder / "config")]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,  # noqa: S603 - found above
    ):
        try:
            wait_for_listener(port, process)
            yield port
        finally:
            process.terminate()
