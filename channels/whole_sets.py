"""Seal a set that arrives whole in one request without staging it, where nothing else is under way for it.

Whoever sends the same set through another door at that moment comes before or after it: only one of the two can use the
name, the other ends as its repetition.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from channels.deliveries import pattern_of_names
from channels.inboxes import StagingQuota
from channels.logins import ChannelLogin
from channels.sealing import Seal, WholeSet
from channels.senders import STANDING_COLUMNS, SenderStanding
from channels.staging import StagingArea
from domain.brussels import Clock
from evidence.outages import outages
from evidence.prepared import open_prepared

_LOOK = f"""
SELECT sender.state = 'ACTIVE' AND technical_user.state = 'ACTIVE' AND NOT EXISTS (
         SELECT FROM channels_delivery
          WHERE owner_id = %(owner)s::text AND tray = %(tray)s::text AND purpose = %(purpose)s::text
            AND named_sender = %(named_sender)s::text AND name_date = %(name_date)s::date
            AND sequence = %(sequence)s::text AND environment = %(environment)s::text AND state = 'OPEN'
       ) AND NOT staged.is_named,
       staged.files, staged.bytes, staged.open_paths, {STANDING_COLUMNS}
  FROM channels_sender AS sender
  JOIN channels_technicaluser AS technical_user ON technical_user.id = sender.technical_user_id,
       (
         SELECT count(*) AS files,
                coalesce(sum(size) FILTER (WHERE closed_at IS NOT NULL), 0) AS bytes,
                coalesce(array_agg(path) FILTER (WHERE closed_at IS NULL), '{{}}') AS open_paths,
                coalesce(bool_or(tray = %(tray)s::text AND name ~ %(names)s::text), false) AS is_named
           FROM channels_stagedfile
          WHERE owner_id = %(owner)s::text
       ) AS staged
 WHERE sender.number = %(owner)s::text
"""  # noqa: S608 - columns that are written out beside it


@dataclass(frozen=True, slots=True)
class WholeSets:
    """What the sets of one signed-in sender are sealed with; what they may not be, the staged way says."""

    login: ChannelLogin
    staging: StagingArea
    quota: StagingQuota
    seal: Seal
    clock: Clock

    def seal_unless_staged(self, whole: WholeSet) -> bool:
        """Seal the set, received now; False, and nothing done, when it has to go through staging.

        That is so while files of it are staged or a delivery of it is open, and when its sender may not deliver or has
        as much staged as it may. OutageError when the disk or the database fails: nothing is sealed then.
        """
        with outages():
            standing = self._look_at_sender(whole)
            if standing is None:
                return False
            at = self.clock.now()  # before the disk has its say: our own slowness makes no declaration late
            with transaction.atomic():
                self.seal.seal_whole(whole, standing=standing, login=self.login, at=at)
        return True

    def _look_at_sender(self, whole: WholeSet) -> SenderStanding | None:
        """Return how the sender stands, None when the set has to go through staging; one statement tells all of it."""
        key = whole.key
        values: dict[str, str | date] = {
            "owner": str(self.login.sender),
            "tray": whole.tray,
            "purpose": key.purpose,
            "named_sender": str(key.sender),
            "name_date": key.date,
            "sequence": key.sequence,
            "environment": key.environment,
            "names": pattern_of_names(key),
            "served_in": whole.tray.environment,
        }
        with open_prepared() as cursor:
            cursor.execute(_LOOK, values)
            is_free, files, size, open_paths, *standing = cursor.fetchone()
        is_taken = is_free and self._has_room(whole, files, int(size), open_paths)
        return SenderStanding(*standing) if is_taken else None

    def _has_room(self, whole: WholeSet, files: int, size: int, open_paths: list[str]) -> bool:
        arriving = sum(self.staging.size(path) for path in open_paths) + sum(len(content) for _, content in whole.files)
        is_few = files + len(whole.files) + 1 <= self.quota.max_files  # and the go-ahead
        return is_few and size + arriving <= self.quota.max_bytes
