"""Settle a file whose last byte has arrived: find its set, and seal the set when it is complete.

Locks are always taken in the same order: the delivery, then its files.
"""

import uuid
from datetime import datetime

from django.db import transaction

from channels.deliveries import (
    SignatureFiles,
    arrived,
    begun_files,
    is_complete,
    lock_open_delivery,
    look_into,
    signature_files,
)
from channels.logins import ChannelLogin
from channels.models import Delivery, DeliveryState, StagedFile
from channels.sealing import Seal
from channels.staging import StagingArea
from channels.staging_rows import close_early_file, close_staged_file
from domain.answers import AnswerKind
from domain.brussels import brussels_date
from domain.environments import Environment, Tray
from domain.filenames import FileName, Prefix, SetKey, is_temporary, judge_file_name
from domain.mailbox_refusals import UploadSuperseded
from domain.reception_rules import ReceptionRules
from evidence.audit import append_event
from evidence.models import Reception, UsedName


class Settlement:
    """What a close or a rename leads to, for one signed-in sender; every call is one transaction of its own."""

    def __init__(
        self,
        login: ChannelLogin,
        *,
        staging: StagingArea,
        seal: Seal,
        rules: ReceptionRules = ReceptionRules(),  # noqa: B008 - a frozen value
    ) -> None:
        self._login = login
        self._staging = staging
        self._seal = seal
        self._rules = rules

    def settle(self, tray: Tray, name: str, *, upload: uuid.UUID, size: int, at: datetime) -> None:
        """Count the upload as complete at that instant; seal what it completes.

        Raises UploadSuperseded when the file is no longer this upload's: sealed, replaced or removed meanwhile.
        """
        read = None if is_temporary(name) else self._read_name(name, at=at)
        if read is not None and _may_come_early(read):
            sender = self._login.sender
            if close_early_file(sender, tray, read, upload=upload, size=size, at=at):
                return
        with transaction.atomic(savepoint=False):
            if read is not None:
                self._settle_named(tray, read, upload=upload, size=size, at=at)
            elif is_temporary(name):
                self._close(self._lock_file(tray, name, upload), size=size, at=at)
            else:
                self._answer_malformed(tray, name, upload=upload, at=at)

    def set_of(self, text: str, *, at: datetime) -> SetKey | None:
        """Return the set that a file of that name belongs to; None for a temporary or malformed name."""
        name = None if is_temporary(text) else self._read_name(text, at=at)
        return None if name is None else name.key

    def _read_name(self, text: str, *, at: datetime) -> FileName | None:
        today = brussels_date(at)
        if judge_file_name(text, today=today, max_parts=self._rules.max_parts):
            return None
        return FileName.parse(text, today=today)

    def _settle_named(self, tray: Tray, name: FileName, *, upload: uuid.UUID, size: int, at: datetime) -> None:
        if name.key.purpose == AnswerKind.ACKNOWLEDGEMENT:
            self._take_receipt(tray, name, upload=upload, size=size, at=at)
            return
        if name.prefix is Prefix.CANCEL:
            self._cancel(tray, name, upload=upload, at=at)
            return
        delivery = close_staged_file(self._login.sender, tray, name, upload=upload, size=size, at=at)
        if delivery is None:
            raise _superseded(str(name))
        if delivery.go_ahead_at is not None:
            self._seal_when_complete(delivery, tray, name, at=at)

    def _seal_when_complete(self, delivery: Delivery, tray: Tray, last: FileName, *, at: datetime) -> None:
        files, standing = look_into(delivery)
        channels = {self._login.channel}.union(*(file.channels for file in files))
        environment, unsigned = Environment(delivery.environment), standing.unsigned_channels
        signatures = signature_files(environment, channels, self._rules, unsigned=unsigned)
        if not is_complete([arrived(file) for file in files], signatures=signatures, last=last.prefix):
            return
        if signatures is not SignatureFiles.REQUIRED and self._is_signature_under_way(tray, last.key):
            return  # whatever its channel is: the set is judged with it, whether it or the go-ahead was faster
        self._seal.seal_delivery(delivery, files, standing=standing, login=self._login, at=at)

    def _is_signature_under_way(self, tray: Tray, key: SetKey) -> bool:
        begun = begun_files(self._login.sender, tray, key)
        return begun.filter(name__startswith=f"{Prefix.SIGNATURE}.").exists()

    def _take_receipt(self, tray: Tray, name: FileName, *, upload: uuid.UUID, size: int, at: datetime) -> None:
        """Seal an FI.ACRF at its own close: it needs no signature and no go-ahead, so those are dropped (§1.5)."""
        file = self._lock_file(tray, str(name), upload)
        file.size = size
        if name.prefix is Prefix.PAYLOAD:
            self._seal.seal_receipt(file, name, login=self._login, at=at)
        else:
            actor, sender = self._login.user_name, str(self._login.sender)
            append_event("receipt:companion-dropped", at=at, actor=actor, sender=sender, file=file.name)
        self._drop(file)

    def _cancel(self, tray: Tray, name: FileName, *, upload: uuid.UUID, at: datetime) -> None:
        """Cancel a set that is not sealed, with its uploads that are under way or were cut.

        Under a name that was used before nothing is touched, also when it is being sent again.
        """
        delivery = lock_open_delivery(self._login.sender, tray, name.key)
        self._drop(self._lock_file(tray, str(name), upload))
        begun = list(begun_files(self._login.sender, tray, name.key).select_for_update())
        # Whoever held one of them may have just closed it, and so have opened its delivery.
        delivery = delivery or lock_open_delivery(self._login.sender, tray, name.key)
        if self._is_used(name.key) or (delivery is None and not begun):
            self._note(Reception.CANCELLED_TOO_LATE, tray, str(name), at=at, key=name.key)
            return
        for file in begun:
            self._drop(file)
        if delivery is not None:
            for file in delivery.files.all():
                self._drop(file)
            delivery.state = DeliveryState.CANCELLED
            delivery.save(update_fields=["state"])
        self._note(Reception.CANCELLED, tray, str(name), at=at, key=name.key)

    def _is_used(self, key: SetKey) -> bool:
        return UsedName.objects.filter(
            owner=str(self._login.sender),
            purpose=key.purpose,
            named_sender=str(key.sender),
            name_date=key.date,
            sequence=key.sequence,
            environment=key.environment,
        ).exists()

    def _answer_malformed(self, tray: Tray, name: str, *, upload: uuid.UUID, at: datetime) -> None:
        self._drop(self._lock_file(tray, name, upload))
        self._note(Reception.MALFORMED_NAME, tray, name, at=at)

    def _note(self, reception: Reception, tray: Tray, name: str, *, at: datetime, key: SetKey | None = None) -> None:
        self._seal.seal_notice(reception, login=self._login, tray=tray, subject_name=name, at=at, key=key)

    def _lock_file(self, tray: Tray, name: str, upload: uuid.UUID) -> StagedFile:
        file = (
            StagedFile.objects.select_for_update()
            .filter(owner_id=str(self._login.sender), tray=tray, name=name, upload=upload)
            .first()
        )
        if file is None:
            raise _superseded(name)
        return file

    def _close(self, file: StagedFile, *, size: int, at: datetime) -> None:
        file.size = size
        file.closed_at = at
        file.modified_at = at
        file.save()

    def _drop(self, file: StagedFile) -> None:
        file.delete()
        transaction.on_commit(lambda: self._staging.discard(file.path, may_be_open=file.closed_at is None))


def _may_come_early(name: FileName) -> bool:
    """Whether a file of that name usually arrives before the go-ahead of its set, and alone completes nothing then."""
    return name.prefix in {Prefix.PAYLOAD, Prefix.SIGNATURE} and name.key.purpose != AnswerKind.ACKNOWLEDGEMENT


def _superseded(name: str) -> UploadSuperseded:
    return UploadSuperseded(f"{name} was sealed, replaced or removed while this upload was open; send it again")
