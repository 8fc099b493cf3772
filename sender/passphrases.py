"""Obtain the pass phrase of a key from an environment variable or a prompt, never from the command line."""

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
