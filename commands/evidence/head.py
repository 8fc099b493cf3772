"""Sign how far the audit chain reaches, and lay the statement down as files to be kept elsewhere."""

import sys
from pathlib import Path

from django.conf import settings

from commands.compose import compose_answer_sealer
from commands.evidence.platform_signatures import HeadSigner
from domain.refusals import OutageError
from evidence.clock import SystemClock
from evidence.heads import sign_head, write_head
from evidence.outages import outages


def heads_folder() -> Path:
    """Return where the heads lie as files."""
    return Path(settings.GUICHET.home) / "heads"


def sign() -> int:
    """Sign the newest link and say where the head lies; 1 when there is nothing to sign yet."""
    path = sign_newest_head()
    if path is None:
        sys.stdout.write("the chain has no event yet: nothing to sign\n")
        return 1
    sys.stdout.write(
        f"{path}\n{path.with_suffix('.p7s')}\nkeep a copy of both where nobody of this platform can write\n"
    )
    return 0


def sign_newest_head() -> Path | None:
    """Sign the newest link, keep the head and return the file of its text; None while the chain is empty.

    Raises OutageError when a key, the time-stamp authority, the database or the disk fails.
    """
    try:
        signer = HeadSigner(compose_answer_sealer(settings.GUICHET))
    except (OSError, ValueError) as trouble:
        raise OutageError(f"the key that signs answers cannot be read: {trouble}") from trouble
    with outages():
        signed = sign_head(signer, at=SystemClock().now())
        return None if signed is None else write_head(signed, heads_folder())
