"""The programs of others that the doors are measured with and beside; whether all are there is known before anything starts."""

import shutil

from domain.refusals import OutageError

_PACKAGES = {
    "sftp": "openssh-client",
    "ssh-keygen": "openssh-client",
    "sshd": "openssh-server",
    "proftpd": "proftpd-core",
    "openssl": "openssl",
}
"""The programs, and the packages of Debian that they come in."""

_BESIDE_PATH = "/usr/sbin:/usr/local/sbin"


def find_program(name: str) -> str:
    """Return the path of a program; OutageError naming its package when it is not installed."""
    found = _look_for(name)
    if found is None:
        raise OutageError(_sentence([name]))
    return found


def require_programs() -> None:
    """Raise OutageError, naming the packages to install, unless every program is there."""
    missing = [name for name in _PACKAGES if _look_for(name) is None]
    if missing:
        raise OutageError(_sentence(missing))


def _look_for(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=_BESIDE_PATH)


def _sentence(missing: list[str]) -> str:
    packages = " ".join(dict.fromkeys(_PACKAGES[name] for name in missing))
    return f"the doors are measured with {' and '.join(missing)}, not installed here: apt-get install {packages}"
