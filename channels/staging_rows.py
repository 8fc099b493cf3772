"""The statements that every upload needs, each one round trip to the database.

What happens seldom (overwriting, renaming, cancelling) goes through the models; both keep the order of locks: the
delivery, then its files.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from channels.models import Delivery
from domain.channels import Channel
from domain.environments import Tray
from domain.filenames import FileName, Prefix
from domain.sender_numbers import SenderNumber
from evidence.prepared import open_prepared

_STAGE = """
WITH unhurried AS (SELECT set_config('synchronous_commit', 'off', true)),
standing AS (
  SELECT EXISTS (
           SELECT FROM channels_sender AS sender
             JOIN channels_technicaluser AS technical_user ON technical_user.id = sender.technical_user_id
            WHERE sender.number = %(owner)s::text AND sender.state = 'ACTIVE' AND technical_user.state = 'ACTIVE'
         ) AS is_delivering,
         coalesce(bool_or(file.is_named), false) AS is_name_staged,
         count(*) FILTER (WHERE NOT file.is_named) AS files,
         coalesce(sum(file.size) FILTER (WHERE NOT file.is_named AND file.closed_at IS NOT NULL), 0) AS bytes,
         coalesce(array_agg(file.path) FILTER (WHERE NOT file.is_named AND file.closed_at IS NULL), '{}') AS open_paths
    FROM (
           SELECT size, closed_at, path, tray = %(tray)s::text AND name = %(name)s::text AS is_named
             FROM channels_stagedfile
            WHERE owner_id = %(owner)s::text
         ) AS file
), entered AS (
  INSERT INTO channels_stagedfile (owner_id, tray, channel, name, prefix, path, size, upload, modified_at, announced_size)
  SELECT %(owner)s::text, %(tray)s::text, %(channel)s::text, %(name)s::text, '', %(path)s::text, 0, %(upload)s::uuid,
         %(at)s::timestamptz, %(announced)s::bigint
    FROM standing, unhurried
   WHERE standing.is_delivering AND NOT standing.is_name_staged AND standing.files < %(max_files)s::bigint
  ON CONFLICT (owner_id, tray, name) DO NOTHING
  RETURNING id
)
SELECT is_delivering, is_name_staged, files, bytes, open_paths, EXISTS (SELECT FROM entered) FROM standing
"""

_FIND = """
SELECT size, closed_at, modified_at, path FROM channels_stagedfile
 WHERE owner_id = %(owner)s::text AND tray = %(tray)s::text AND name = %(name)s::text
"""

_CLOSE = """
WITH delivery AS (
  INSERT INTO channels_delivery AS open
         (owner_id, tray, purpose, named_sender, name_date, sequence, environment, state, opened_at, go_ahead_at)
  SELECT %(owner)s::text, %(tray)s::text, %(purpose)s::text, %(named_sender)s::text, %(name_date)s::date,
         %(sequence)s::text, %(environment)s::text, 'OPEN', %(at)s::timestamptz, %(go_ahead_at)s::timestamptz
   WHERE EXISTS (
           SELECT FROM channels_stagedfile
            WHERE owner_id = %(owner)s::text AND tray = %(tray)s::text AND name = %(name)s::text
              AND upload = %(upload)s::uuid
         )
      ON CONFLICT (owner_id, tray, purpose, named_sender, name_date, sequence, environment) WHERE state = 'OPEN'
      DO UPDATE SET go_ahead_at = coalesce(excluded.go_ahead_at, open.go_ahead_at)
                WHERE %(is_locked)s::boolean OR open.go_ahead_at IS NULL
  RETURNING id, opened_at, go_ahead_at
)
UPDATE channels_stagedfile AS file
   SET delivery_id = delivery.id, prefix = %(prefix)s::text, part = %(part)s::smallint,
       declared_parts = %(declared_parts)s::smallint,
       size = %(size)s::bigint, closed_at = %(at)s::timestamptz, modified_at = %(at)s::timestamptz
  FROM delivery
 WHERE file.owner_id = %(owner)s::text AND file.tray = %(tray)s::text AND file.name = %(name)s::text
   AND file.upload = %(upload)s::uuid
RETURNING delivery.id, delivery.opened_at, delivery.go_ahead_at
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether a sender may stage a file under a name.

    `other_bytes` are those of its closed files under other names, `open_paths` where the others are being written;
    `is_entered` says that nothing was in the way and the new file is entered.
    """

    is_delivering: bool
    is_name_staged: bool
    other_files: int
    other_bytes: int
    open_paths: Sequence[str]
    is_entered: bool


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A staged file as a look at its tray shows it; `size` counts once it is closed, until then the bytes at `path` do."""

    size: int
    is_closed: bool
    modified_at: datetime
    path: str


def find_staged_file(owner: SenderNumber, tray: Tray, name: str) -> FoundFile | None:
    """Return what is staged under the name; clients look before every upload."""
    with open_prepared() as cursor:
        cursor.execute(_FIND, {"owner": str(owner), "tray": tray, "name": name})
        row = cursor.fetchone()
    if row is None:
        return None
    size, closed_at, modified_at, path = row
    return FoundFile(size, closed_at is not None, modified_at, path)


def stage_new_file(
    owner: SenderNumber,
    tray: Tray,
    name: str,
    *,
    channel: Channel,
    path: str,
    upload: uuid.UUID,
    at: datetime,
    announced: int | None,
    max_files: int,
) -> Standing:
    """Return how the sender stands now, and enter an empty file that is being written unless something is in the way.

    In the way are the name when it is staged, `max_files` files of the sender, and that it may not deliver now: it may be
    suspended while it is signed in (batch protocol §6).

    Nothing was promised of it yet, so its commit does not wait for the disk: a database that fails within a second may lose
    the entry, and the close of the file tells that as an outage.
    """
    values = {"owner": str(owner), "tray": tray, "channel": channel, "name": name, "path": path}
    with open_prepared() as cursor:
        cursor.execute(_STAGE, {**values, "upload": upload, "at": at, "announced": announced, "max_files": max_files})
        is_delivering, is_name_staged, files, size, paths, is_entered = cursor.fetchone()
    return Standing(is_delivering, is_name_staged, files, int(size), paths, is_entered)


def close_early_file(
    owner: SenderNumber, tray: Tray, name: FileName, *, upload: uuid.UUID, size: int, at: datetime
) -> bool:
    """Count a file as closed whose set has no go-ahead yet, in a transaction of this statement alone.

    False, and nothing changed, when the go-ahead is there or the file is no longer this upload's.
    """
    return _close(owner, tray, name, upload=upload, size=size, at=at, is_locked=False) is not None


def close_staged_file(
    owner: SenderNumber, tray: Tray, name: FileName, *, upload: uuid.UUID, size: int, at: datetime
) -> Delivery | None:
    """Make a file part of the open delivery of its set, which is opened where there is none, and count it as closed.

    Return the delivery, locked until the transaction ends; None when the file is no longer this upload's.
    """
    row = _close(owner, tray, name, upload=upload, size=size, at=at, is_locked=True)
    if row is None:
        return None
    pk, opened_at, go_ahead_at = row
    return Delivery(
        pk=pk,
        owner_id=str(owner),
        tray=tray,
        purpose=name.key.purpose,
        named_sender=str(name.key.sender),
        name_date=name.key.date,
        sequence=name.key.sequence,
        environment=name.key.environment,
        opened_at=opened_at,
        go_ahead_at=go_ahead_at,
    )


def _close(
    owner: SenderNumber, tray: Tray, name: FileName, *, upload: uuid.UUID, size: int, at: datetime, is_locked: bool
) -> tuple[int, datetime, datetime | None] | None:
    """Return the key of the delivery, when it was opened and when its go-ahead came."""
    values: dict[str, str | int | date | datetime | uuid.UUID | None] = {
        "owner": str(owner),
        "tray": tray,
        "purpose": name.key.purpose,
        "named_sender": str(name.key.sender),
        "name_date": name.key.date,
        "sequence": name.key.sequence,
        "environment": name.key.environment,
        "name": str(name),
        "upload": upload,
        "prefix": name.prefix,
        "part": name.part_index,
        "declared_parts": name.declared_parts,
        "size": size,
        "at": at,
        "go_ahead_at": at if name.prefix is Prefix.GO_AHEAD else None,
        "is_locked": is_locked,
    }
    with open_prepared() as cursor:
        cursor.execute(_CLOSE, values)
        row: tuple[int, datetime, datetime | None] | None = cursor.fetchone()
    return row
