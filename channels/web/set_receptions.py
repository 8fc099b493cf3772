"""Take one set from one request: its files go to staging as they arrive and are closed together, in one transaction.

A set that is small enough to have arrived whole, and of which nothing is staged, is sealed without staging.

Runs in threads, one job at a time. Until `complete`, nothing is closed: a request that breaks off completes nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass

import structlog
from django.db import connection, transaction

from channels.deliveries import SignatureFiles, lock_open_delivery, signature_files
from channels.mailboxes import Mailbox
from channels.sealing import WholeSet
from channels.senders import unsigned_channels
from channels.uploads import StagedUpload
from channels.web.composition import WebComposition
from channels.web.multipart import FileBegins, FileContent, SetEvent
from channels.web.noting_seal import NotingSeal, Sealed
from channels.web.problems import Problem, ProblemKind, problem_of
from channels.web.set_plans import NamedFile, SetPlan, Weight, judge_name, plan_set, require_scope, tray_for
from channels.web.tokens import Caller
from channels.whole_sets import WholeSets
from domain.brussels import brussels_date
from domain.environments import Environment, Tray
from domain.filenames import Prefix
from domain.mailbox_refusals import MailboxRefusal
from domain.mailboxes import UploadStart
from domain.refusals import OutageError

log = structlog.get_logger()


@dataclass(slots=True)
class _Arriving:
    """One file of the request; `upload` is there once it was begun."""

    file: NamedFile
    size: int = 0
    upload: StagedUpload | None = None


class SetReception:
    """The files of one request, for one caller."""

    def __init__(
        self,
        composition: WebComposition,
        caller: Caller,
        *,
        environment: Environment | None,
        also: Callable[[Sealed], None] | None = None,
    ) -> None:
        self._composition = composition
        self._caller = caller
        self._environment = environment
        self._seal = NotingSeal(composition.seal, also=also)
        self._mailbox: Mailbox = composition.open_mailbox(caller.login, seal=self._seal)
        self._files: list[_Arriving] = []
        self._tray: Tray | None = None

    def take(self, events: Iterable[SetEvent]) -> None:
        """Put what arrived into staging."""
        try:
            for event in events:
                match event:
                    case FileBegins(name):
                        self._begin(name)
                    case FileContent(piece):
                        self._write(piece)
        except MailboxRefusal as refusal:
            raise problem_of(refusal) from refusal

    def complete(self, events: Sequence[SetEvent]) -> Sealed:
        """Take the last of what arrived and have it sealed; Problem when it is not one whole delivery."""
        names = [file.file for file in self._files]
        names += [self._judge(event.name) for event in events if isinstance(event, FileBegins)]
        try:
            malformed = next((file for file in names if file.weight is Weight.MALFORMED), None)
            if malformed is not None:
                return self._answer_by_name(malformed)
            if len(names) == 1 and names[0].weight is Weight.BY_ITSELF:
                return self._seal_alone(events)
            return self._seal_set(names, events)
        except MailboxRefusal as refusal:
            raise problem_of(refusal) from refusal

    def abandon(self) -> None:
        """Let go of what was begun after a lost connection: the bytes stay, as they do at every door.

        Raises OSError where one cannot be let go of; the others are.
        """
        with ExitStack() as stack:
            for file in self._files:
                if file.upload is not None:
                    stack.callback(file.upload.abandon)
                    file.upload = None

    def discard(self) -> None:
        """Let go of what was begun and remove it: the request was refused.

        Raises OSError where one cannot be let go of, OutageError where one cannot be removed; the others are.
        """
        with ExitStack() as stack:
            for file in self._files:
                if file.upload is not None:
                    stack.callback(self._remove, file.file.text)
            self.abandon()

    def _remove(self, name: str) -> None:
        with suppress(MailboxRefusal):
            self._mailbox.remove(self._place(name), name)

    def _judge(self, text: str) -> NamedFile:
        today = brussels_date(self._composition.clock.now())
        file = judge_name(text, today=today, max_parts=self._composition.rules.max_parts)
        require_scope(file, self._caller.scopes)
        return file

    def _begin(self, text: str) -> None:
        file = _Arriving(self._judge(text))
        self._files.append(file)
        if file.file.weight is not Weight.MALFORMED:
            file.upload = self._mailbox.begin_upload(self._place(text), text, start=UploadStart.EMPTY)

    def _write(self, piece: bytes) -> None:
        file = self._files[-1]
        if file.upload is not None:
            file.upload.write(file.size, piece)
        file.size += len(piece)

    def _place(self, text: str) -> Tray:
        if self._tray is None:
            self._tray = tray_for(text, self._environment)
        return self._tray

    def _answer_by_name(self, file: NamedFile) -> Sealed:
        """Have a name refused; what else came is let go of, and trouble of ours with that hides no refusal."""
        try:
            self.discard()
        except (OSError, OutageError):
            log.exception("files of a web delivery not let go of", sender=str(self._caller.login.sender))
        self._mailbox.begin_upload(self._place(file.text), file.text, start=UploadStart.EMPTY).close()
        return self._sealed()

    def _seal_alone(self, events: Sequence[SetEvent]) -> Sealed:
        self.take(events)
        (file,) = self._files
        name = file.file.name
        if name is not None and name.prefix not in {Prefix.PAYLOAD, Prefix.CANCEL}:
            raise Problem(ProblemKind.SET_INCOMPLETE, "a receipt is one FI file, without signature and GO")
        self._close(file)
        return self._sealed()

    def _seal_set(self, names: Sequence[NamedFile], events: Sequence[SetEvent]) -> Sealed:
        tray, login = self._place(names[0].text), self._caller.login
        plan = plan_set(names, signatures=self._signature_files(names, tray))
        if not self._files and self._whole_sets().seal_unless_staged(_whole(plan, tray, events)):
            return self._sealed()
        with transaction.atomic():
            _need_not_be_durable()
            lock_open_delivery(login.sender, tray, plan.key)
            self.take(events)
            if str(plan.go_ahead) not in {file.file.text for file in self._files}:
                self._begin(str(plan.go_ahead))
        return self._close_all(plan)

    def _signature_files(self, names: Sequence[NamedFile], tray: Tray) -> SignatureFiles:
        """Return what holds for the set; whether its sender may leave its FS files out is asked where there is none."""
        login, rules = self._caller.login, self._composition.rules
        is_signed = any(file.name is not None and file.name.prefix is Prefix.SIGNATURE for file in names)
        unsigned = () if is_signed else unsigned_channels(login.sender)
        return signature_files(tray.environment, {login.channel}, rules, unsigned=unsigned)

    def _whole_sets(self) -> WholeSets:
        composed = self._composition
        return WholeSets(self._caller.login, composed.staging, composed.quota, self._seal, composed.clock)

    def _close_all(self, plan: SetPlan) -> Sealed:
        files = {file.file.text: file for file in self._files}
        with transaction.atomic():
            for name in plan.names:
                self._close(files[str(name)])
            return self._sealed()

    def _close(self, file: _Arriving) -> None:
        upload, file.upload = file.upload, None
        if upload is not None:
            upload.close()

    def _sealed(self) -> Sealed:
        if self._seal.sealed is None:
            raise Problem(ProblemKind.CONFLICT, "another connection is writing files of this set; send it again")
        return self._seal.sealed


def _whole(plan: SetPlan, tray: Tray, events: Sequence[SetEvent]) -> WholeSet:
    """Return the set of the plan with the bytes that arrived; those of a go-ahead mean nothing (batch protocol §1.7)."""
    pieces: dict[str, list[bytes]] = {}
    name = ""
    for event in events:
        match event:
            case FileBegins(name):
                pieces[name] = []
            case FileContent(piece):
                pieces[name].append(piece)
    files = [(name, b"".join(pieces[str(name)])) for name in plan.names if name.prefix is not Prefix.GO_AHEAD]
    return WholeSet(tray, plan.go_ahead, files)


def _need_not_be_durable() -> None:
    """Spare this transaction its wait for the disk: what it begins is lost with its connection anyway."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")
