"""Record a sealed submission with its name and its files in one statement: what every delivery costs the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from domain.filenames import Prefix
from evidence.blobs import StoredBlob
from evidence.models import Submission, UsedName

_RECORD = """
WITH blob AS (
  INSERT INTO evidence_blob (sha256, size)
  SELECT * FROM unnest(%(blobs)s::varchar[], %(sizes)s::bigint[])
      ON CONFLICT (sha256) DO NOTHING
), submission AS (
  INSERT INTO evidence_submission
         (environment, channel, tray, owner, technical_user, reception, subject_name, purpose, named_sender, name_date,
          sequence, declared_parts, ticket, received_at, received_on, payload_bytes, state, leased_by, lease_count, outage)
  VALUES (%(environment)s, %(channel)s, %(tray)s, %(owner)s, %(technical_user)s, %(reception)s, %(subject_name)s,
          %(purpose)s, %(named_sender)s, %(name_date)s, %(sequence)s, %(declared_parts)s, %(ticket)s, %(received_at)s,
          %(received_on)s, %(payload_bytes)s, %(state)s, '', 0, '')
  RETURNING id
), used AS (
  INSERT INTO evidence_usedname (owner, purpose, named_sender, name_date, sequence, environment, submission_id)
  SELECT %(owner)s, %(purpose)s, %(named_sender)s, %(name_date)s, %(sequence)s, %(named_environment)s, id
    FROM submission
      ON CONFLICT (owner, purpose, named_sender, name_date, sequence, environment) DO NOTHING
  RETURNING id
), part AS (
  INSERT INTO evidence_submissionpart (submission_id, prefix, part, name, blob_id)
  SELECT submission.id, file.*
    FROM submission,
         unnest(%(prefixes)s::varchar[], %(parts)s::smallint[], %(names)s::varchar[], %(contents)s::varchar[]) AS file
)
SELECT submission.id, EXISTS (SELECT FROM used) FROM submission
"""
_OF_THE_ROW = (
    "environment",
    "channel",
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
    "payload_bytes",
    "state",
)
_OF_THE_NAME = ("owner", "purpose", "named_sender", "name_date", "sequence")


@dataclass(frozen=True, slots=True)
class SealedPart:
    """One file of a set, stored."""

    prefix: Prefix
    part: int
    name: str
    blob: StoredBlob


def record_submission(submission: Submission, parts: Sequence[SealedPart], *, named_environment: str) -> bool:
    """Record a submission, which gets its key, and return whether its name is used by it from now on and for ever.

    A name that was used before gives no ticket, and the submission then points to the first one of that name.
    """
    blobs = sorted({part.blob.sha256: part.blob.size for part in parts}.items())
    values = {name: getattr(submission, name) for name in _OF_THE_ROW} | {
        "named_environment": named_environment,
        "blobs": [sha256 for sha256, _ in blobs],  # in one order everywhere, so that nobody waits in a circle
        "sizes": [size for _, size in blobs],
        "prefixes": [str(part.prefix) for part in parts],
        "parts": [part.part for part in parts],
        "names": [part.name for part in parts],
        "contents": [part.blob.sha256 for part in parts],
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, values)
        submission.pk, is_first = cursor.fetchone()
    if not is_first:
        name = {column: getattr(submission, column) for column in _OF_THE_NAME}
        first = UsedName.objects.get(**name, environment=named_environment)
        submission.first_of_name_id, submission.ticket = first.submission_id, None
        Submission.objects.filter(pk=submission.pk).update(first_of_name=first.submission_id, ticket=None)
    return bool(is_first)
