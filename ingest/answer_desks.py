"""Open what answers and access declarations take, from the keys of an installation; the settings are the caller's."""

import secrets
from pathlib import Path

from auth.session_life import SessionEnder
from channels.notices.announcing import NoticeBoard
from domain.access.limits import AccountLimits
from domain.access_declarations import FileLimits
from evidence.blobs import LocalBlobStore
from evidence.spool import Spool
from ingest.access_message import AccessMessage
from ingest.offer_answers import AnswerDesk
from ingest.time_stamps import open_time_stamps
from registers.persons.numbers import PersonKeys
from signing.answers import AnswerSealer


def open_answer_sealer(home: Path, *, tsa_url: str, tsa_certificate: str) -> AnswerSealer:
    """Return what signs answers, with time stamps where an authority for them is configured.

    Raises OutageError when a certificate is missing or unusable, ValueError or OSError for the platform's own key.
    """
    return AnswerSealer.load(
        home / "keys" / "answers.key.pem",
        home / "keys" / "answers.cert.pem",
        time_stamps=open_time_stamps(tsa_url, tsa_certificate),
    )


def open_answer_desk(home: Path, *, zip_above: int, tsa_url: str, tsa_certificate: str) -> AnswerDesk:
    """Return what it takes to answer; answers of more than `zip_above` bytes are compressed. Raises as open_answer_sealer."""
    return AnswerDesk(
        open_answer_sealer(home, tsa_url=tsa_url, tsa_certificate=tsa_certificate),
        LocalBlobStore(home / "blobs"),
        Spool.below(home),
        zip_above=zip_above,
        notices=NoticeBoard(),
    )


def open_access_message(home: Path, *, lockout_percent: int, limits: AccountLimits, files: FileLimits) -> AccessMessage:
    """Return the message ACCS as it is filed, under the limits of accounts; OutageError when a key cannot be read."""
    return AccessMessage(
        person_keys=PersonKeys.read(home / "keys" / "persons.json"),
        stays=SessionEnder(actor="counter"),
        randomness=secrets.token_bytes,
        lockout_percent=lockout_percent,
        limits=limits,
        files=files,
    )
