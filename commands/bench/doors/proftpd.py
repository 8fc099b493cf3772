"""proftpd, to be measured beside our FTP door: one user with a password in a file, loopback, no logs and no delays."""

import grp
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commands.bench.doors.children import running_child
from commands.bench.doors.installation import free_port, wait_for_listener
from commands.bench.doors.peers import find_program

_NOBODY = 65_534
_CONFIGURATION = """\
ServerName "bench"
ServerType standalone
DefaultServer on
Port {port}
DefaultAddress 127.0.0.1
SocketBindTight on
UseIPv6 off
UseReverseDNS off
WtmpLog off
TransferLog none
SystemLog {folder}/proftpd.log
PidFile {folder}/proftpd.pid
ScoreboardFile none
MaxInstances none
TimesGMT on
User {user}
Group {group}
AuthOrder mod_auth_file.c
AuthUserFile {folder}/users
RequireValidShell off
DelayEngine off
AllowOverwrite on
"""


@contextmanager
def running_proftpd(folder: Path, *, user: str, password: str) -> Iterator[int]:
    """Run the server for one user, who has a folder IN; give its port."""
    program, port, trays = find_program("proftpd"), free_port(), folder / "home"
    trays.joinpath("IN").mkdir(parents=True)
    for path in (folder, trays, trays / "IN"):
        path.chmod(0o755)
    owner, group = (_NOBODY, _NOBODY) if os.getuid() == 0 else (os.getuid(), os.getgid())
    shutil.chown(trays / "IN", owner, group)
    users = folder / "users"
    users.write_text(f"{user}:{_hashed(password)}:{owner}:{group}::{trays}:/bin/sh\n", encoding="ascii")
    users.chmod(0o600)
    names = {"user": pwd.getpwuid(owner).pw_name, "group": grp.getgrgid(group).gr_name}
    configuration = folder / "proftpd.conf"
    configuration.write_text(_CONFIGURATION.format(port=port, folder=folder, **names), encoding="ascii")
    command = [program, "--nodaemon", "--quiet", "--config", str(configuration)]
    with running_child(command, log=folder / "out.log") as process:
        wait_for_listener(port, process)
        yield port


def _hashed(password: str) -> str:
    command = [find_program("openssl"), "passwd", "-5", "-stdin"]
    return subprocess.run(command, input=password, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - found above
