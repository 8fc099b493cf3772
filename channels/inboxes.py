"""The IN trays of one sender: own files until their seal, written but never read back."""

import errno
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, models, transaction

from channels.deliveries import lock_deliveries_of_files
from channels.logins import ChannelLogin
from channels.models import Delivery, StagedFile
from channels.senders import may_deliver
from channels.settling import Settlement
from channels.staging import StagingArea
from channels.staging_rows import Standing, find_staged_file, stage_new_file
from channels.uploads import StagedUpload
from domain.brussels import Clock
from domain.environments import Tray
from domain.filenames import Prefix, is_taken_at_the_door
from domain.mailbox_refusals import (
    NameNotTaken,
    NoSuchFile,
    NotAllowed,
    QuotaExceeded,
    SenderSuspended,
    SizeContradicted,
)
from domain.mailboxes import TrayEntry, UploadStart
from evidence.outages import outages

_SMALLEST_STEP = 256 * 1024
_LARGEST_STEP = 16 * 1024**2


@dataclass(frozen=True, slots=True)
class StagingQuota:
    """How much one sender may have staged at a time, in bytes and files."""

    max_bytes: int
    max_files: int


class Inbox:
    """What a signed-in sender may do with the files it has not yet had sealed."""

    def __init__(
        self,
        login: ChannelLogin,
        *,
        staging: StagingArea,
        settlement: Settlement,
        quota: StagingQuota,
        clock: Clock,
    ) -> None:
        self._login = login
        self._staging = staging
        self._settlement = settlement
        self._quota = quota
        self._clock = clock

    def list_tray(self, tray: Tray) -> Sequence[TrayEntry]:
        """Return the staged files of `tray` by name."""
        with outages():
            return [self._entry(file) for file in self._files(tray).order_by("name")]

    def find(self, tray: Tray, name: str) -> TrayEntry:
        """Return one staged file; NoSuchFile when the tray does not show it."""
        with outages():
            found = find_staged_file(self._login.sender, tray, name)
            if found is None:
                raise NoSuchFile(f"{name[:80]} is not in {tray}")
            size = found.size if found.is_closed else self._staging.size(found.path)
        return TrayEntry(name, size, found.modified_at, is_closed=found.is_closed)

    def begin_upload(self, tray: Tray, name: str, *, start: UploadStart, announced: int | None = None) -> StagedUpload:
        """Open `name` for writing; an upload of it that is still open can no longer be closed.

        `announced` is the size that the file will have, where that is known. SizeContradicted, and nothing changed, when
        bytes are to be added to a file that was announced with another one.
        """
        if not is_taken_at_the_door(name):
            raise NameNotTaken(f"{name[:80]!r} is not 1 to 64 printable ASCII characters without blank or slash")
        with outages():
            upload = uuid.uuid4()
            standing, descriptor = self._stage_new(tray, name, upload=upload, announced=announced)
            if descriptor is None:
                self._require_takeable(standing, name)
                with ExitStack() as undone, _told_apart(name):
                    with transaction.atomic():
                        descriptor, announced = self._take_over(
                            tray, name, upload=upload, start=start, announced=announced
                        )
                        undone.callback(os.close, descriptor)
                    undone.pop_all()

        def settle(size: int, at: datetime) -> None:
            self._settlement.settle(tray, name, upload=upload, size=size, at=at)

        def may_grow_to(size: int) -> int:
            own = os.fstat(descriptor).st_size
            return self._grant(size, staged=self._staging.used_by(self._login.sender) - own, name=name)

        return StagedUpload(
            descriptor,
            name=name,
            granted=self._first_grant(standing),
            may_grow_to=may_grow_to,
            settle=settle,
            clock=self._clock,
            announced=announced,
        )

    def rename(self, tray: Tray, old: str, new: str) -> None:
        """Give a staged file another name, replacing what had it; counts as its close under that name."""
        self._require_delivering()
        if not is_taken_at_the_door(new):
            raise NameNotTaken(f"{new[:80]!r} is not 1 to 64 printable ASCII characters without blank or slash")
        with outages(), _told_apart(new), transaction.atomic():
            key = self._settlement.set_of(new, at=self._clock.now())
            lock_deliveries_of_files(self._login.sender, tray, (old, new), key)
            file = self._lock(tray, old)
            if file.closed_at is None:
                raise NotAllowed(f"{old} is still being written")
            if new == old:
                return
            self._replace(tray, new)
            self._withdraw(file)
            file.name, file.upload = new, uuid.uuid4()
            file.delivery, file.prefix, file.part, file.declared_parts = None, "", None, None
            file.save()
            self._settlement.settle(tray, new, upload=file.upload, size=file.size, at=self._clock.now())

    def remove(self, tray: Tray, name: str) -> None:
        """Remove a staged file."""
        with outages(), transaction.atomic():
            self._discard(self._lock(tray, name))

    def _replace(self, tray: Tray, name: str) -> None:
        try:
            self._discard(self._lock(tray, name))
        except NoSuchFile:
            return

    def _discard(self, file: StagedFile) -> None:
        self._withdraw(file)
        file.delete()
        transaction.on_commit(lambda: self._staging.discard(file.path, may_be_open=file.closed_at is None))

    def _stage_new(
        self, tray: Tray, name: str, *, upload: uuid.UUID, announced: int | None
    ) -> tuple[Standing, int | None]:
        """Enter a new file and return its descriptor, or none where something is in the way.

        Its bytes are there before anybody else can know of them.
        """
        sender, channel, at = self._login.sender, self._login.channel, self._clock.now()
        path, descriptor = self._staging.open_new(sender)
        with _closed_on_failure(descriptor):
            standing = stage_new_file(
                sender,
                tray,
                name,
                channel=channel,
                path=path,
                upload=upload,
                at=at,
                announced=announced,
                max_files=self._quota.max_files,
            )
        if standing.is_entered:
            return standing, descriptor
        os.close(descriptor)
        self._staging.discard(path)
        return standing, None

    def _require_takeable(self, standing: Standing, name: str) -> None:
        if not standing.is_delivering:
            raise _suspended()
        if standing.other_files >= self._quota.max_files:
            raise QuotaExceeded(f"{self._quota.max_files} files wait already; send their GO or remove some")
        if not standing.is_name_staged:
            raise _opened_elsewhere(name)

    def _take_over(
        self, tray: Tray, name: str, *, upload: uuid.UUID, start: UploadStart, announced: int | None
    ) -> tuple[int, int | None]:
        """Let this upload have the file that is staged under the name, or a new one where it left meanwhile.

        Return its descriptor and the size that is announced for it now.
        """
        try:
            file = self._lock(tray, name)
        except NoSuchFile:
            file = StagedFile(owner_id=str(self._login.sender), tray=tray, name=name)
            file.path, descriptor = self._staging.open_new(self._login.sender)
        else:
            announced = _same_size(file, announced) if start is UploadStart.RESUME else announced
            self._withdraw(file)
            file.path, descriptor = self._reopen(file.path, start)
            file.earlier_channels = sorted(file.channels) if start is UploadStart.RESUME else []
        with _closed_on_failure(descriptor):
            file.upload, file.closed_at, file.modified_at = upload, None, self._clock.now()
            file.channel, file.announced_size = self._login.channel, announced
            file.save()
        return descriptor, announced

    def _reopen(self, path: str, start: UploadStart) -> tuple[str, int]:
        """Return where to go on and its descriptor: another path where bytes are not wanted, or are still being written.

        Whoever still has the old path open then writes into nobody's file.
        """
        descriptor = self._staging.open_alone(path) if start is UploadStart.RESUME else None
        if descriptor is not None:
            return path, descriptor
        transaction.on_commit(lambda: self._staging.discard(path, may_be_open=True))
        if start is UploadStart.EMPTY:
            return self._staging.open_new(self._login.sender)
        copied = self._staging.copy(path, self._login.sender)
        descriptor = self._staging.open_alone(copied)
        if descriptor is None:
            message = f"the new copy {copied} is in use"
            raise OSError(errno.EBUSY, message)
        return copied, descriptor

    def _first_grant(self, standing: Standing) -> int:
        arriving = sum(self._staging.size(path) for path in standing.open_paths)
        return max(0, min(self._quota.max_bytes - standing.other_bytes - arriving, _SMALLEST_STEP))

    def _grant(self, size: int, *, staged: int, name: str) -> int:
        """Return up to which size a file may grow before the disk is looked at again.

        In steps, since other uploads of the sender grow meanwhile: what all may be beyond the quota is a small part of it.
        """
        allowance = self._quota.max_bytes - staged
        if size > allowance:
            raise QuotaExceeded(f"{name} does not fit in what may be staged ({max(0, allowance)} bytes left)")
        return min(allowance, size + min(_LARGEST_STEP, max(_SMALLEST_STEP, (allowance - size) // 64)))

    def _withdraw(self, file: StagedFile) -> None:
        """Let the delivery forget what this file meant for it; of several go-aheads another one then counts."""
        if file.prefix == Prefix.GO_AHEAD and file.delivery is not None:
            others = file.delivery.files.filter(prefix=Prefix.GO_AHEAD).exclude(pk=file.pk)
            latest = others.aggregate(latest=models.Max("closed_at"))["latest"]
            Delivery.objects.filter(pk=file.delivery.pk).update(go_ahead_at=latest)

    def _lock(self, tray: Tray, name: str) -> StagedFile:
        """Return the staged file, locked after its delivery.

        Raises NotAllowed when a close made it part of another delivery in between: the order of locks holds.
        """
        delivery_id = self._require(tray, name).delivery_id
        if delivery_id is not None:
            Delivery.objects.select_for_update().filter(pk=delivery_id).first()
        file = self._files(tray).select_for_update().filter(name=name).first()
        if file is None:
            raise NoSuchFile(f"{name} is not in {tray}")
        if file.delivery_id != delivery_id:
            raise NotAllowed(f"{name} is being closed by another connection; try again")
        return file

    def _require(self, tray: Tray, name: str) -> StagedFile:
        file = self._files(tray).filter(name=name).first()
        if file is None:
            raise NoSuchFile(f"{name[:80]} is not in {tray}")
        return file

    def _files(self, tray: Tray) -> models.QuerySet[StagedFile]:
        return StagedFile.objects.filter(owner_id=str(self._login.sender), tray=tray)

    def _entry(self, file: StagedFile) -> TrayEntry:
        size = file.size if file.closed_at is not None else self._staging.size(file.path)
        return TrayEntry(file.name, size, file.modified_at, is_closed=file.closed_at is not None)

    def _require_delivering(self) -> None:
        """Look each time, since a sender may be suspended while it is signed in (batch protocol §6)."""
        with outages():
            if not may_deliver(self._login.sender):
                raise _suspended()


@contextmanager
def _told_apart(name: str) -> Iterator[None]:
    """Refuse what another connection of the same sender is doing with that name at this very moment."""
    try:
        yield
    except IntegrityError:
        raise _opened_elsewhere(name) from None


@contextmanager
def _closed_on_failure(descriptor: int) -> Iterator[None]:
    try:
        yield
    except BaseException:
        os.close(descriptor)
        raise


def _same_size(file: StagedFile, announced: int | None) -> int | None:
    """Return the size announced for the file, now or before; SizeContradicted when those are two."""
    if announced is None or file.announced_size in {None, announced}:
        return file.announced_size if announced is None else announced
    raise SizeContradicted(
        f"{file.name} was announced with {file.announced_size} bytes, not {announced}: go on with that size, or begin "
        "again at 0"
    )


def _opened_elsewhere(name: str) -> NotAllowed:
    return NotAllowed(f"{name} is being opened by another connection; try again")


def _suspended() -> SenderSuspended:
    return SenderSuspended("this sender is suspended: answers can be collected, nothing can be delivered")
