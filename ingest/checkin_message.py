"""Bind the message CIAO: items judged one by one, filed some at a time in the check-in register, answered by a CIAR."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import BinaryIO, Protocol

from lxml import etree

from domain.answers import AnswerKind, Notification
from domain.checkins.codes import RefusalCode as CheckinCode
from domain.checkins.items import Item
from domain.checkins.limits import TimeLimits
from domain.checkins.outcomes import Declarant
from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment
from domain.findings import Finding, Location, Severity
from domain.refusals import Refusal, RefusalCode
from domain.tickets import Ticket
from evidence.references import FileReference, claim_reference, content_of, find_reference
from ingest.check_in_desk import MOST_ITEMS, CheckInDesk
from ingest.checkin_outcomes import REFUSED, Kept, is_refused, keep
from ingest.messages import Submitted
from ingest.placing import Locate, place_findings
from ingest.prepared_forms import Prepared
from ingest.render_checkins import ToldBatch, ToldItem, render_results
from validators.checkins.files import JudgedItem, judge_element, path_of_item
from validators.checkins.reading import BatchHeader
from validators.schemas import SchemaVersion

PURPOSE = "CIAO"
_REGISTER_OF: Mapping[Environment, Environment] = MappingProxyType(
    {
        Environment.PRODUCTION: Environment.PRODUCTION,
        Environment.TEST: Environment.TEST,
        Environment.SIMULATION: Environment.TEST,
    }
)
"""A simulation is judged against the test register, and leaves no trace there."""


_NO_HEADER = BatchHeader("", "", 0)
"""Of a file whose frame was not looked at, which has no way in."""


class HoldItems(Protocol):
    """The register's lock for items that several calls bring in one transaction."""

    def __call__(self, items: Sequence[Item], *, by: Declarant, received_at: datetime, at: datetime) -> None:
        """Hold at once all that the items concern, until the running transaction ends."""
        ...


@dataclass(frozen=True, slots=True)
class CheckinMessage:
    """Check-ins (check-in declarations §1.4, §1.5); as many are filed together as one call of the web service brings.

    `desks` take them, one for the register of each environment; `limits` are theirs. `hold_items` is of the register against
    which simulations are judged.
    """

    desks: Mapping[Environment, CheckInDesk]
    limits: TimeLimits
    hold_items: HoldItems
    chunk: int = MOST_ITEMS
    kind: AnswerKind = AnswerKind.CHECK_IN_RESULT

    def judge_form(
        self, form: etree._Element, *, index: int, schema: SchemaVersion, submitted: Submitted, is_sound: bool
    ) -> JudgedItem:
        """Return the item with what the rules of every door find; an item is always held against its own structure."""
        del is_sound
        return judge_element(form, index=index, schema=schema, received_at=submitted.received_at, rules=self.limits)

    def stage(self, form: JudgedItem, *, ticket: Ticket, submitted: Submitted) -> tuple[bytes, Prepared]:  # noqa: ARG002 - the register is told of the item itself
        """Return a line that counts the item, and its ticket."""
        return b"\n", str(ticket)

    def refuse_set(self, forms: Iterable[JudgedItem], *, submitted: Submitted) -> Iterator[Refusal]:
        """Yield what stands against the file: several parts, another sender's number, a reference used before (P102)."""
        if submitted.parts > 1:
            yield Refusal(RefusalCode.PARTS_ABOVE_MAXIMUM, "check-ins come in one part")
            return
        header = next(iter(forms)).header or _NO_HEADER
        if header.sender_number != submitted.declaring_company:
            yield Refusal(RefusalCode.MANDATE_MISSING, "the header names another company than that of the sender")
            return
        first = self._first_with(header, submitted)
        if first not in {None, submitted.submission_id}:
            yield Refusal(RefusalCode.NAME_ALREADY_RECEIVED, "the batch reference stands for another file already")

    def hold_all(self, forms: Sequence[JudgedItem], *, submitted: Submitted, filed_at: datetime) -> None:
        """Hold the workers and references of all items until the running transaction ends."""
        self.hold_items(
            [form.item for form in forms if form.item is not None and not form.findings],
            by=_declarant(submitted),
            received_at=submitted.received_at,
            at=filed_at,
        )

    def file_chunk(self, forms: Sequence[JudgedItem], *, submitted: Submitted, filed_at: datetime) -> list[Kept]:
        """File some items of one file in the running transaction; return what became of each."""
        sound = [form for form in forms if form.item is not None and not form.findings]
        outcomes = self.desks[_REGISTER_OF[submitted.environment]].take(
            [form.item for form in sound if form.item is not None],
            by=_declarant(submitted),
            received_at=submitted.received_at,
            at=filed_at,
            seqs=[form.seq for form in sound],
        )
        taken = {form.index: keep(outcome) for form, outcome in zip(sound, outcomes, strict=True)}
        return [taken[form.index] if form.index in taken else _kept_refusal(form) for form in forms]

    def render_answers(
        self,
        forms: Sequence[JudgedItem],
        outcomes: Sequence[Kept],
        *,
        about: Notification,
        submitted: Submitted,
        locate: Locate,
        targets: Sequence[BinaryIO],
    ) -> int:
        """Write as many answers as there are targets about the items of one file; return how many items were refused."""
        header = forms[0].header or _NO_HEADER
        batch = ToldBatch.of(header.reference, content_of(submitted.submission_id), outcomes)
        told = _placed(list(map(_told, forms, outcomes)), locate)
        most = -(-len(told) // len(targets))
        for number, target in enumerate(targets):
            some = told[number * most : (number + 1) * most]
            render_results(batch, some, target, about=about, part=(number + 1, len(targets)))
        return batch.rejected

    def _first_with(self, header: BatchHeader, submitted: Submitted) -> int | None:
        """Return the submission that the reference stands for; a simulation looks, and uses nothing up."""
        reference = FileReference(submitted.sender, PURPOSE, _REGISTER_OF[submitted.environment], header.reference)
        if submitted.environment is Environment.SIMULATION:
            return find_reference(reference)
        return claim_reference(reference, submission_id=submitted.submission_id)


def _declarant(submitted: Submitted) -> Declarant:
    return Declarant(
        environment=_REGISTER_OF[submitted.environment],
        channel=ClockingChannel.BATCH,
        sender=submitted.sender,
        enterprise_number=submitted.declaring_company,
        batch_id=submitted.submission_id,
    )


def _kept_refusal(form: JudgedItem) -> Kept:
    return {REFUSED: list(dict.fromkeys(finding.code for finding in form.findings))}


def _told(form: JudgedItem, kept: Kept) -> ToldItem:
    """Return the item with the findings of its refusal: its own, or for what the register refused, at the item itself."""
    if not is_refused(kept):
        return ToldItem(form.seq, kept)
    location = Location(indexes=path_of_item(form.index))
    by_register = [
        Finding(code, Severity.BLOCKING, CheckinCode(code).text, location=location)
        for code in kept[REFUSED]
        if not form.findings
    ]
    return ToldItem(form.seq, kept, form.findings or tuple(by_register))


def _placed(told: Sequence[ToldItem], locate: Locate) -> list[ToldItem]:
    """Return the items, their findings with lines and columns: the bytes are looked at once for all of them."""
    findings = [finding for item in told for finding in item.findings]
    if not findings:
        return list(told)
    placed = iter(place_findings(findings, 1, locate))
    return [replace(item, findings=tuple(next(placed) for _ in item.findings)) for item in told]
