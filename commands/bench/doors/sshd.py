"""OpenSSH's own server, to be measured beside our door: internal-sftp, keys and configuration of its own, loopback."""

import getpass
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commands.bench.doors.children import running_child
from commands.bench.doors.installation import free_port, wait_for_listener
from commands.bench.doors.peers import find_program

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
    program = find_program("sshd")
    folder.mkdir()
    keygen = [find_program("ssh-keygen"), "-q", "-N", "", "-t", "ed25519", "-f", str(folder / "host_ed25519")]
    subprocess.run(keygen, check=True)  # noqa: S603 - fixed words and our own path
    (folder / "authorized_keys").write_bytes(public_key.read_bytes())
    port = free_port()
    (folder / "config").write_text(_CONFIGURATION.format(port=port, folder=folder), encoding="ascii")
    if os.geteuid() == 0:
        _PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
    with running_child([program, "-D", "-e", "-f", str(folder / "config")], log=folder / "log") as process:
        wait_for_listener(port, process)
        yield port
