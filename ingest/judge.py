"""Judge a sealed submission stage by stage; the first stage that finds a fault ends the judgement.

Stages and codes are those of batch protocol §5. Trouble of our own raises OutageError, never a refusal.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import BinaryIO, TypeAlias

from channels.models import Sender, SenderState
from channels.senders import is_channel_open, is_service_configured, registered_certificates
from domain.environments import Environment, Tray
from domain.filenames import FileName, Prefix, judge_file_name
from domain.refusals import OutageError, Refusal, RefusalCode
from domain.sender_numbers import SenderNumber
from domain.trust import CheckedSignature
from domain.verdicts import Accepted, Refused, Undecided, Verdict
from evidence.blobs import BlobStore
from evidence.models import Reception, Submission, SubmissionPart
from ingest.match_receipt import match_receipt
from signing.detached import TextMode, check_signer
from signing.trust import CertificateTrust
from validators.frames import check_frame
from validators.reading import ReadingLimits
from validators.schemas import SchemaLibrary


@dataclass(frozen=True, slots=True)
class Case:
    """A submission with everything it is judged by."""

    submission: Submission
    parts: Sequence[SubmissionPart]
    sender: Sender
    blobs: BlobStore
    schemas: SchemaLibrary
    limits: ReadingLimits
    trust: CertificateTrust
    text_mode: TextMode

    def names(self) -> list[FileName]:
        """Return the parsed names of the parts and of a cancellation; their dates were judged at the door."""
        day = self.submission.name_date or self.submission.received_on
        texts = [part.name for part in self.parts]
        if self.submission.reception in _CANCELLATIONS:
            texts.append(self.submission.subject_name)
        return [FileName.parse(text, today=day) for text in texts]

    def open(self, part: SubmissionPart) -> BinaryIO:
        """Return the sealed bytes of `part`; OutageError when the store has lost them."""
        try:
            return self.blobs.open(part.blob_id)
        except OSError as trouble:
            raise OutageError(f"the sealed bytes of {part.name} cannot be read") from trouble

    def of(self, prefix: Prefix) -> list[SubmissionPart]:
        """Return the payloads or the signatures, by part number."""
        return sorted((part for part in self.parts if part.prefix == prefix), key=lambda part: part.part)


Stage: TypeAlias = Callable[[Case], Iterator[Refusal | CheckedSignature]]
"""What a stage finds: reasons to refuse, and proofs that a signature is acceptable."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, and what made the signatures acceptable; empty unless every one of them is."""

    verdict: Verdict
    signatures: tuple[CheckedSignature, ...] = ()


MAX_SIGNATURE_BYTES = 1024 * 1024
_CANCELLATIONS = (Reception.CANCELLED, Reception.CANCELLED_TOO_LATE)

_ELSEWHERE = {
    Environment.PRODUCTION: (Tray.IN, RefusalCode.PRODUCTION_ELSEWHERE),
    Environment.TEST: (Tray.IN_TEST, RefusalCode.TEST_ELSEWHERE),
    Environment.SIMULATION: (Tray.IN_SIMULATION, RefusalCode.SIMULATION_ELSEWHERE),
}


def judge(case: Case) -> Judgement:
    """Return the judgement; its verdict holds every refusal of the first stage that has any, in its order."""
    signatures: list[CheckedSignature] = []
    try:
        for stage in _stages_of(case).values():
            found = tuple(stage(case))
            refusals = tuple(finding for finding in found if isinstance(finding, Refusal))
            if refusals:
                return Judgement(Refused(refusals), tuple(signatures))
            signatures += [finding for finding in found if isinstance(finding, CheckedSignature)]
    except OutageError as outage:
        return Judgement(Undecided(str(outage)))
    return Judgement(Accepted(), tuple(signatures))


def _stages_of(case: Case) -> Mapping[str, Stage]:
    """Return the stages that apply: a cancellation in time has nothing that could be judged beyond its place."""
    match case.submission.reception:
        case Reception.CANCELLED:
            return PLACE_ONLY
        case Reception.RECEIPT:
            return RECEIPT
        case _:
            return STAGES


def judge_name(case: Case) -> Iterator[Refusal]:
    """Stage A: only a name that failed at the door still can."""
    if case.submission.reception == Reception.MALFORMED_NAME:
        yield from judge_file_name(case.submission.subject_name, today=case.submission.received_on)


def judge_place(case: Case) -> Iterator[Refusal]:
    """Stage B: the sender in the name owns the tray, the tray is that of the environment, the channel is open."""
    submission = case.submission
    if submission.named_sender != submission.owner:
        yield Refusal(
            RefusalCode.SENDER_NOT_OWNER,
            f"sender {submission.named_sender} is named, but {submission.owner} delivered",
        )
    for environment in sorted({name.key.environment for name in case.names()}):
        tray, code = _ELSEWHERE[environment]
        if submission.tray != tray:
            yield Refusal(code, f"environment {environment} belongs in {tray}, not in {submission.tray}")
    if not is_channel_open(case.sender, submission.channel):
        yield Refusal(
            RefusalCode.CHANNEL_NOT_CONFIGURED,
            f"{submission.channel} is not open for sender {submission.owner}",
        )


def judge_sender(case: Case) -> Iterator[Refusal]:
    """Stage C: the sender is active and has the service."""
    submission = case.submission
    if case.sender.state != SenderState.ACTIVE:
        yield Refusal(
            RefusalCode.SENDER_NOT_AUTHORISED, f"sender {submission.owner} is {case.sender.state}, not ACTIVE"
        )
    if not is_service_configured(case.sender, submission.purpose, submission.environment):
        yield Refusal(
            RefusalCode.SERVICE_NOT_CONFIGURED,
            f"{submission.purpose} is not configured for sender {submission.owner} in {submission.environment}",
        )


def judge_set(case: Case) -> Iterator[Refusal]:
    """Stage D: a new name, the announced number of files, numbered as announced."""
    submission = case.submission
    if submission.reception == Reception.CANCELLED_TOO_LATE:
        yield Refusal(RefusalCode.NAME_ALREADY_RECEIVED, f"{submission.subject_name} came when no such set was open")
        return
    if submission.first_of_name_id is not None:
        yield Refusal(RefusalCode.NAME_ALREADY_RECEIVED, f"{submission.subject_name} was received before")
        return
    if submission.reception == Reception.GO_AHEAD_MISSING:
        yield Refusal(RefusalCode.GO_MISSING, f"no GO came for {submission.subject_name}")
        return
    counted = list(_count(case, Prefix.PAYLOAD, RefusalCode.PAYLOAD_COUNT, RefusalCode.PAYLOAD_NUMBERING))
    if case.of(Prefix.SIGNATURE) or submission.environment != Environment.SIMULATION:
        counted += _count(case, Prefix.SIGNATURE, RefusalCode.SIGNATURE_COUNT, RefusalCode.SIGNATURE_NUMBERING)
    yield from counted or _tails(case)


def _count(case: Case, prefix: Prefix, count: RefusalCode, numbering: RefusalCode) -> Iterator[Refusal]:
    declared = case.submission.declared_parts
    present = [part.part for part in case.of(prefix)]
    if any(name.declared_parts != declared for name in case.names() if name.prefix is prefix):
        yield Refusal(count, f"the {prefix} names announce another number of parts than {declared}")
    elif present == list(range(1, declared + 1)):
        return
    elif len(present) == declared:
        yield Refusal(numbering, f"{prefix} parts {present} are not 1 to {declared}")
    else:
        yield Refusal(count, f"{len(present)} {prefix} files came, {declared} are announced")


def _tails(case: Case) -> Iterator[Refusal]:
    for part, group in groupby(sorted(case.names(), key=lambda name: name.part_index), lambda name: name.part_index):
        if len({name.parts for name in group}) > 1:
            yield Refusal(RefusalCode.SIGNATURE_NAME_STRUCTURE, f"FI and FS of part {part} end differently")


def judge_size(case: Case) -> Iterator[Refusal]:
    """Stage E: no payload is empty or larger than a payload may be."""
    for part in case.of(Prefix.PAYLOAD):
        size = part.blob.size
        if size == 0:
            yield Refusal(RefusalCode.PAYLOAD_EMPTY, f"{part.name} is empty")
        elif size > case.limits.payload_bytes:
            yield Refusal(
                RefusalCode.PAYLOAD_TOO_LARGE,
                f"{part.name} has {size} bytes, {case.limits.payload_bytes} are the most",
            )


def judge_signature(case: Case) -> Iterator[Refusal | CheckedSignature]:
    """Stage F: every signature is sound and by a certificate of the sender; the first that is not decides."""
    signatures = {part.part: part for part in case.of(Prefix.SIGNATURE)}
    registered = registered_certificates(case.sender)
    for payload in case.of(Prefix.PAYLOAD):
        signature = signatures.get(payload.part)
        if signature is None:
            continue
        with case.open(payload) as content, case.open(signature) as signature_content:
            try:
                signer = check_signer(
                    content,
                    signature_content.read(MAX_SIGNATURE_BYTES + 1),
                    sender=SenderNumber(case.submission.owner),
                    registered=registered,
                    at=case.submission.received_at,
                    trust=case.trust,
                    text_mode=case.text_mode,
                )
            except Refusal as refusal:
                yield refusal
                return
        yield CheckedSignature(
            part=payload.part,
            certificate=signer.entry.sha256,
            path=signer.path,
            revocation=signer.revocation,
            line_ends=signer.line_ends,
        )


def match_answer(case: Case) -> Iterator[Refusal]:
    """Stage I, for a receipt: it names an answer that this sender was given."""
    yield from match_receipt(case.submission)


def judge_frame(case: Case) -> Iterator[Refusal]:
    """Stage G: each payload is safe, well-formed XML of the message its name says, in a schema that is open."""
    for part in case.of(Prefix.PAYLOAD):
        with case.open(part) as content:
            try:
                check_frame(
                    content,
                    message=case.submission.purpose,
                    schemas=case.schemas,
                    on=case.submission.received_on,
                    limits=case.limits,
                )
            except Refusal as refusal:
                yield refusal


STAGES: Mapping[str, Stage] = {
    "A name": judge_name,
    "B place": judge_place,
    "C sender": judge_sender,
    "D set": judge_set,
    "E size": judge_size,
    "F signature": judge_signature,
    "G XML": judge_frame,
}
PLACE_ONLY: Mapping[str, Stage] = {"B place": judge_place}
RECEIPT: Mapping[str, Stage] = {"B place": judge_place, "I match": match_answer}
