"""Record a sealed submission with its name, its files and its event in one statement: what every delivery costs."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.channels import Channel
from domain.filenames import Prefix
from evidence.audit import Detail, append_event
from evidence.blobs import StoredBlob
from evidence.facts import facts_of_submission, render_door, render_part
from evidence.models import Submission, UsedName
from evidence.prepared import open_prepared

_RECORD = """
WITH blob AS (
  INSERT INTO evidence_blob (sha256, size)
  SELECT * FROM unnest(%(blobs)s::varchar[], %(sizes)s::bigint[])
      ON CONFLICT (sha256) DO NOTHING
), submission AS (
  INSERT INTO evidence_submission
         (environment, channel, channels, tray, owner, technical_user, reception, subject_name, purpose, named_sender, name_date,
          sequence, declared_parts, ticket, received_at, received_on, sender_state,
          open_channels, has_service, unsigned_channels, payload_bytes, state, leased_by, lease_count, outage)
  VALUES (%(environment)s::text, %(channel)s::text, %(channels)s::varchar[], %(tray)s::text, %(owner)s::text, %(technical_user)s::text,
          %(reception)s::text, %(subject_name)s::text, %(purpose)s::text, %(named_sender)s::text, %(name_date)s::date,
          %(sequence)s::text, %(declared_parts)s::smallint, %(ticket)s::text, %(received_at)s::timestamptz,
          %(received_on)s::date, %(sender_state)s::text, %(open_channels)s::varchar[], %(has_service)s::boolean,
          %(unsigned_channels)s::varchar[], %(payload_bytes)s::bigint, %(state)s::text, '', 0, '')
  RETURNING id
), used AS (
  INSERT INTO evidence_usedname (owner, purpose, named_sender, name_date, sequence, environment, submission_id)
  SELECT %(owner)s::text, %(purpose)s::text, %(named_sender)s::text, %(name_date)s::date, %(sequence)s::text,
         %(named_environment)s::text, id
    FROM submission
      ON CONFLICT (owner, purpose, named_sender, name_date, sequence, environment) DO NOTHING
  RETURNING id
), part AS (
  INSERT INTO evidence_submissionpart (submission_id, prefix, part, name, blob_id, channels)
  SELECT submission.id, prefix, part, name, blob_id, string_to_array(channels, ' ')
    FROM submission,
         unnest(%(prefixes)s::varchar[], %(parts)s::smallint[], %(names)s::varchar[], %(contents)s::varchar[],
                %(doors)s::text[]) AS file (prefix, part, name, blob_id, channels)
), event AS (
  INSERT INTO evidence_auditevent (at, action, actor, submission_id, detail)
  SELECT %(received_at)s::timestamptz, %(action)s::text, %(technical_user)s::text, submission.id, %(facts)s::jsonb
    FROM submission, used
)
SELECT submission.id, EXISTS (SELECT FROM used), pg_notify(%(wakes)s::text, submission.id::text) FROM submission
"""
_OF_THE_ROW = (
    "environment",
    "channel",
    "channels",
    "tray",
    "owner",
    "technical_user",
    "reception",
    "subject_name",
    "purpose",
    "named_sender",
    "name_date",
    "sequence",
    "declared_parts",
    "ticket",
    "received_at",
    "received_on",
    "sender_state",
    "open_channels",
    "has_service",
    "unsigned_channels",
    "payload_bytes",
    "state",
)
SEALED = "submission:sealed"
_OF_THE_NAME = ("owner", "purpose", "named_sender", "name_date", "sequence")


@dataclass(frozen=True, slots=True)
class SealedPart:
    """One file of a set, stored; `channels` are those through which its bytes came."""

    prefix: Prefix
    part: int
    name: str
    blob: StoredBlob
    channels: Collection[Channel]


def record_submission(
    submission: Submission, parts: Sequence[SealedPart], *, named_environment: str, wakes: str
) -> None:
    """Record a submission, which gets its key, with its event; whoever listens to `wakes` hears of it at the commit.

    Its name is used by it from now on and for ever. A name that was used before gives no ticket: the submission then
    points to the first one of that name.
    """
    blobs = sorted({part.blob.sha256: part.blob.size for part in parts}.items())
    values = {name: getattr(submission, name) for name in _OF_THE_ROW} | {
        "named_environment": named_environment,
        "blobs": [sha256 for sha256, _ in blobs],  # in one order everywhere, so that nobody waits in a circle
        "sizes": [size for _, size in blobs],
        "prefixes": [str(part.prefix) for part in parts],
        "parts": [part.part for part in parts],
        "names": [part.name for part in parts],
        "doors": [" ".join(sorted(part.channels)) for part in parts],
        "contents": [part.blob.sha256 for part in parts],
        "action": SEALED,
        "facts": json.dumps(told_at_seal(submission, parts, is_name_used=True)),
        "wakes": wakes,
    }
    with open_prepared() as cursor:
        cursor.execute(_RECORD, values)
        submission.pk, is_first, _ = cursor.fetchone()
    if not is_first:
        _point_to_first(submission, parts, named_environment=named_environment)


def told_at_seal(submission: Submission, parts: Sequence[SealedPart], *, is_name_used: bool) -> dict[str, Detail]:
    """Return what the sealing event tells of the submission and its files."""
    files = [render_part(part.part, part.name, part.blob.size, part.blob.sha256) for part in parts]
    doors = [render_door(part.name, part.channels) for part in parts]
    return facts_of_submission(submission, files, doors=doors, is_name_used=is_name_used)


def _point_to_first(submission: Submission, parts: Sequence[SealedPart], *, named_environment: str) -> None:
    name = {column: getattr(submission, column) for column in _OF_THE_NAME}
    first = UsedName.objects.get(**name, environment=named_environment)
    submission.first_of_name_id, submission.ticket = first.submission_id, None
    Submission.objects.filter(pk=submission.pk).update(first_of_name=first.submission_id, ticket=None)
    append_event(
        SEALED,
        at=submission.received_at,
        actor=submission.technical_user,
        submission_id=submission.pk,
        **told_at_seal(submission, parts, is_name_used=False),
    )
