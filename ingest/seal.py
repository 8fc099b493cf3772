"""Seal a delivery: copy and hash its files into write-once blobs and make it a submission, in one transaction.

What is judged and filed later is read from the blobs alone, so nothing verified can differ from what was received.
"""

import io
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import BinaryIO

from django.db import connection, transaction

from channels.logins import ChannelLogin
from channels.models import Delivery, DeliveryState, StagedFile
from channels.sealing import WholeSet
from channels.senders import SenderStanding, read_standing
from channels.staging import StagingArea
from domain.brussels import brussels_date
from domain.environments import Tray
from domain.filenames import FileName, Prefix, SetKey
from domain.tickets import Ticket
from evidence.audit import append_event
from evidence.blobs import BlobStore, StoredBlob, record_blobs
from evidence.models import Reception, Submission, SubmissionPart, UsedName
from evidence.prepared import open_prepared
from evidence.submission_rows import SEALED, SealedPart, record_submission, told_at_seal

SEALED_CHANNEL = "guichet_sealed"
_CLOSE_DELIVERY = """
WITH gone AS (DELETE FROM channels_stagedfile WHERE delivery_id = %(delivery)s::bigint)
UPDATE channels_delivery SET state = %(state)s::text WHERE id = %(delivery)s::bigint
"""
_KEPT = (Prefix.PAYLOAD, Prefix.SIGNATURE)


class Sealer:
    """Fulfils the port `channels.sealing.Seal`; every method runs inside the caller's transaction."""

    def __init__(self, *, staging: StagingArea, blobs: BlobStore, randomness: Callable[[int], bytes]) -> None:
        self.staging = staging
        self._blobs = blobs
        self._randomness = randomness

    def seal_delivery(
        self,
        delivery: Delivery,
        files: Sequence[StagedFile],
        *,
        standing: SenderStanding,
        login: ChannelLogin,
        at: datetime,
        reception: Reception = Reception.COMPLETE,
    ) -> Submission:
        """Seal the delivery as received at that instant; its staged files leave the inbox when this commits."""
        kept = [file for file in files if file.prefix in _KEPT and file.closed_at is not None]
        parts = [
            SealedPart(Prefix(file.prefix), file.part or 1, file.name, blob, file.channels)
            for file, blob in zip(kept, self._store_staged(kept), strict=True)
        ]
        submission = self._submit(
            login,
            delivery.tray,
            delivery.purpose,
            standing=standing,
            subject_name=_subject(files),
            at=at,
            reception=reception,
        )
        submission.channels = _channels(login, [file for file in files if file.closed_at is not None])
        submission.named_sender = delivery.named_sender
        submission.name_date = delivery.name_date
        submission.sequence = delivery.sequence
        submission.payload_bytes = _payload_bytes(parts)
        submission.declared_parts = _declared_parts(files)
        record_submission(submission, parts, named_environment=delivery.environment, wakes=SEALED_CHANNEL)
        self._leave_inbox(delivery, files, reception=reception)
        return submission

    def seal_whole(self, whole: WholeSet, *, standing: SenderStanding, login: ChannelLogin, at: datetime) -> Submission:
        """Seal a set that was never staged: its bytes go straight into blobs, before anything is locked."""
        stored = self._blobs.store_all([io.BytesIO(content) for _, content in whole.files])
        parts = [
            SealedPart(name.prefix, name.part_index, str(name), blob, {login.channel})
            for (name, _), blob in zip(whole.files, stored, strict=True)
        ]
        subject, reception = str(whole.go_ahead), Reception.COMPLETE
        submission = self._submit(
            login,
            whole.tray,
            whole.key.purpose,
            standing=standing,
            subject_name=subject,
            at=at,
            reception=reception,
        )
        _name(submission, whole.key)
        submission.payload_bytes = _payload_bytes(parts)
        submission.declared_parts = whole.go_ahead.declared_parts
        record_submission(submission, parts, named_environment=whole.key.environment, wakes=SEALED_CHANNEL)
        return submission

    def seal_receipt(self, file: StagedFile, name: FileName, *, login: ChannelLogin, at: datetime) -> Submission:
        """Seal a receipt as received at that instant, with its bytes; whoever calls removes the staged file.

        It uses up no name: that it counts once is a matter of the answer it names.
        """
        (blob,) = self._store_staged([file])
        record_blobs([blob])
        part = SealedPart(name.prefix, name.part_index, file.name, blob, file.channels)
        submission = self._submit(
            login, file.tray, name.key.purpose, subject_name=file.name, at=at, reception=Reception.RECEIPT
        )
        _name(submission, name.key)
        submission.channels = _channels(login, [file])
        submission.declared_parts = name.declared_parts
        submission.payload_bytes = blob.size
        submission.save()
        SubmissionPart.objects.create(
            submission=submission,
            prefix=part.prefix,
            part=part.part,
            name=part.name,
            blob_id=blob.sha256,
            channels=sorted(part.channels),
        )
        self._record(submission, [part], at=at)
        _wake(submission)
        return submission

    def seal_notice(
        self,
        reception: Reception,
        *,
        login: ChannelLogin,
        tray: Tray,
        subject_name: str,
        at: datetime,
        key: SetKey | None = None,
    ) -> Submission:
        """Seal something that is answered by its name alone, without payloads: a malformed name, a cancellation.

        A cancellation that came too late points to the set that was sealed under its name, and gets no ticket then.
        """
        purpose = "" if key is None else key.purpose
        submission = self._submit(login, tray, purpose, subject_name=subject_name, at=at, reception=reception)
        if key is not None:
            names = _name(submission, key)
            if reception is Reception.CANCELLED_TOO_LATE:
                used = UsedName.objects.filter(owner=submission.owner, environment=key.environment, **names).first()
                if used is not None:
                    submission.first_of_name_id, submission.ticket = used.submission_id, None
        submission.save()
        self._record(submission, [], at=at)
        _wake(submission)
        return submission

    def _store_staged(self, files: Sequence[StagedFile]) -> Sequence[StoredBlob]:
        with ExitStack() as opened:
            sources: list[BinaryIO] = [
                opened.enter_context(self.staging.open_for_reading(file.path, size=file.size)) for file in files
            ]
            return self._blobs.store_all(sources)

    def _submit(
        self,
        login: ChannelLogin,
        tray: str,
        purpose: str,
        *,
        subject_name: str,
        at: datetime,
        reception: Reception,
        standing: SenderStanding | None = None,
    ) -> Submission:
        """Return the row; how the sender stands is read where nobody has looked."""
        environment = Tray(tray).environment
        standing = standing or read_standing(login.sender, purpose=purpose, environment=environment)
        return Submission(
            environment=environment,
            channel=login.channel,
            channels=_channels(login, []),
            tray=tray,
            owner=str(login.sender),
            technical_user=login.user_name,
            reception=reception,
            subject_name=subject_name,
            purpose=purpose,
            sender_state=standing.state,
            open_channels=standing.open_channels,
            has_service=standing.has_service,
            unsigned_channels=standing.unsigned_channels,
            ticket=str(Ticket.from_random(self._randomness(16))),
            received_at=at,
            received_on=brussels_date(at),
        )

    def _leave_inbox(self, delivery: Delivery, files: Sequence[StagedFile], *, reception: Reception) -> None:
        state = DeliveryState.SEALED if reception is Reception.COMPLETE else DeliveryState.LAPSED
        with open_prepared() as cursor:
            cursor.execute(_CLOSE_DELIVERY, {"delivery": delivery.pk, "state": state})
        self._discard_later(files)

    def drop(self, files: Sequence[StagedFile]) -> None:
        """Remove staged files, their bytes once the running transaction commits."""
        StagedFile.objects.filter(pk__in=[file.pk for file in files]).delete()
        self._discard_later(files)

    def _discard_later(self, files: Sequence[StagedFile]) -> None:
        def discard() -> None:
            for file in files:
                self.staging.discard(file.path, may_be_open=file.closed_at is None)

        transaction.on_commit(discard)

    def _record(self, submission: Submission, parts: Sequence[SealedPart], *, at: datetime) -> None:
        append_event(
            SEALED,
            at=at,
            actor=submission.technical_user,
            submission_id=submission.pk,
            **told_at_seal(submission, parts, is_name_used=False),
        )


def _wake(submission: Submission) -> None:
    """Wake the workers once the running transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [SEALED_CHANNEL, str(submission.pk)])


def _channels(login: ChannelLogin, files: Sequence[StagedFile]) -> list[str]:
    """Return every channel through which the files came, and that of the close that had them sealed."""
    return sorted({login.channel}.union(*(file.channels for file in files)))


def _subject(files: Sequence[StagedFile]) -> str:
    """Return the name the acknowledgement speaks of: the last go-ahead's, else the first payload's, else any."""
    order = (Prefix.GO_AHEAD, Prefix.PAYLOAD, Prefix.SIGNATURE)
    return min(reversed(files), key=lambda file: (order.index(Prefix(file.prefix)), file.part or 0)).name


def _declared_parts(files: Sequence[StagedFile]) -> int:
    """Return the number of parts that the last go-ahead announces, else the largest that any file does."""
    announced = {file.prefix: file.declared_parts or 1 for file in files}
    return announced.get(Prefix.GO_AHEAD, max(announced.values(), default=1))


def _payload_bytes(parts: Sequence[SealedPart]) -> int:
    return sum(part.blob.size for part in parts if part.prefix is Prefix.PAYLOAD)


def _name(submission: Submission, key: SetKey) -> dict[str, object]:
    """Give the submission elements 2 to 5 of its name, and return them."""
    names = {
        "purpose": key.purpose,
        "named_sender": str(key.sender),
        "name_date": key.date,
        "sequence": key.sequence,
    }
    for column, value in names.items():
        setattr(submission, column, value)
    return names
