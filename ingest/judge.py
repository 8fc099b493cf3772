"""Judge a sealed submission stage by stage; the first stage that finds a fault ends the judgement.

Stages and codes are those of batch protocol §5. Trouble of our own raises OutageError, never a refusal.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from channels.models import SenderState
from channels.senders import registered_certificates
from domain.environments import Environment, Tray
from domain.filenames import Prefix, judge_file_name
from domain.refusals import OutageError, Refusal, RefusalCode
from domain.sender_numbers import SenderNumber
from domain.trust import CheckedSignature
from domain.verdicts import Accepted, Refused, Undecided, Verdict
from evidence.models import Reception
from ingest.cases import Case
from ingest.judge_payloads import judge_frame, judge_size
from ingest.judge_set import judge_set
from ingest.match_receipt import match_receipt
from signing.detached import check_signer
from signing.revocation import RevocationDataError

Stage: TypeAlias = Callable[[Case], Iterator[Refusal | CheckedSignature]]
"""What a stage finds: reasons to refuse, and proofs that a signature is acceptable."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, and what made the signatures acceptable; empty unless every one of them is.

    `silent` names the authority (RFC 4514) whose revocation data are missing, when that is why nothing was decided.
    """

    verdict: Verdict
    signatures: tuple[CheckedSignature, ...] = ()
    silent: str | None = None


MAX_SIGNATURE_BYTES = 1024 * 1024

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
    except RevocationDataError as outage:
        return Judgement(Undecided(str(outage)), silent=outage.issuer)
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
    submission = case.submission
    if submission.reception != Reception.MALFORMED_NAME:
        return
    refusals = judge_file_name(submission.subject_name, today=submission.received_on, max_parts=case.rules.max_parts)
    if not refusals:
        raise OutageError("the door refused a name by other settings than those of the judge")
    yield from refusals


def judge_place(case: Case) -> Iterator[Refusal]:
    """Stage B: the sender in the name owns the tray, the tray is that of the environment, the channels were open for both."""
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
    for channel in case.channels:
        if channel not in case.standing.open_channels:
            yield Refusal(RefusalCode.CHANNEL_NOT_CONFIGURED, f"{channel} was not open for sender {submission.owner}")
        elif not case.rules.may_come_through(submission.purpose, channel):
            yield Refusal(RefusalCode.CHANNEL_NOT_CONFIGURED, f"{submission.purpose} is not taken on {channel}")


def judge_sender_state(case: Case) -> Iterator[Refusal]:
    """Stage C, for a receipt, which needs no service: the sender was active."""
    state = case.standing.state
    if state != SenderState.ACTIVE:
        yield Refusal(RefusalCode.SENDER_NOT_AUTHORISED, f"sender {case.submission.owner} was {state}, not ACTIVE")


def judge_sender(case: Case) -> Iterator[Refusal]:
    """Stage C: the sender was active and had the service."""
    submission = case.submission
    yield from judge_sender_state(case)
    if not case.standing.has_service:
        yield Refusal(
            RefusalCode.SERVICE_NOT_CONFIGURED,
            f"{submission.purpose} was not configured for sender {submission.owner} in {submission.environment}",
        )


def judge_signature(case: Case) -> Iterator[Refusal | CheckedSignature]:
    """Stage F: every signature is sound and by a certificate of the sender; the first that is not decides.

    Raises RevocationDataError when one waits for revocation data and no other is wrong.
    """
    signatures = {part.part: part for part in case.of(Prefix.SIGNATURE)}
    registered = registered_certificates(case.sender)
    waiting: RevocationDataError | None = None
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
            except RevocationDataError as missing:
                waiting = missing
                continue
        yield CheckedSignature(
            part=payload.part,
            certificate=signer.entry.sha256,
            path=signer.path,
            revocation=signer.revocation,
            line_ends=signer.line_ends,
        )
    if waiting is not None:
        raise waiting


def judge_message(case: Case) -> Iterator[Refusal]:
    """Stage H, as far as it is about the whole set: what its message holds against it."""
    yield from case.refuse_by_message()


def match_answer(case: Case) -> Iterator[Refusal]:
    """Stage I, for a receipt: it names an answer that this sender was given."""
    yield from match_receipt(case.submission)


STAGES: Mapping[str, Stage] = {
    "A name": judge_name,
    "B place": judge_place,
    "C sender": judge_sender,
    "D set": judge_set,
    "E size": judge_size,
    "F signature": judge_signature,
    "G XML": judge_frame,
    "H message": judge_message,
}
PLACE_ONLY: Mapping[str, Stage] = {"B place": judge_place}
RECEIPT: Mapping[str, Stage] = {"B place": judge_place, "C sender": judge_sender_state, "I match": match_answer}
