"""Obtain a pass phrase or a password from an environment variable or a prompt, never from the command line."""

import getpass
import os
import sys
from pathlib import Path

from sender.troubles import SenderError


def read_passphrase(key: Path, *, variable: str | None) -> str:
    """Return the pass phrase of the encrypted `key`: from the environment variable named, else asked for.

    Raises SenderError when the variable is not set, or nobody can be asked.
    """
    if variable is not None:
        value = os.environ.get(variable)
        if value is None:
            raise SenderError(
                f"The environment variable {variable} for the pass phrase of {key} is not set.",
                next_step="Set it, or leave --passphrase-env out to be asked.",
            )
        return value
    if not sys.stdin.isatty():
        raise SenderError(
            f"The key {key} is protected by a pass phrase and nobody can be asked for it.",
            next_step="Put it in an environment variable and name that variable with --passphrase-env.",
        )
    return getpass.getpass(f"Pass phrase of {key}: ")


def read_password(user: str, *, variable: str | None) -> str:
    """Return the password of `user`: from the environment variable named, else asked for; SenderError as above."""
    if variable is not None:
        value = os.environ.get(variable)
        if not value:
            raise SenderError(
                f"The environment variable {variable} for the password of {user} is not set.",
                next_step="Set it, or leave --password-env and password_env out to be asked.",
            )
        return _require_line(value, user)
    if not sys.stdin.isatty():
        raise SenderError(
            f"The counter asks for the password of {user} and nobody can be asked for it.",
            next_step="Put it in an environment variable and name that variable with --password-env.",
        )
    return _require_line(getpass.getpass(f"Password of {user}: "), user)


def _require_line(password: str, user: str) -> str:
    if password.isascii() and password.isprintable():
        return password
    raise SenderError(
        f"The password of {user} holds what no password of the counter does: a line end or a letter beyond ASCII.",
        next_step="Give it as the operator did.",
    )
