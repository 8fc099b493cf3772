"""Stage D of the judgement: is the set new, and are its files those that it announces (batch protocol §5)."""

from collections.abc import Iterator
from itertools import groupby

from channels.deliveries import SignatureFiles, signature_files
from domain.environments import Environment
from domain.filenames import Prefix
from domain.refusals import Refusal, RefusalCode
from evidence.models import Reception
from ingest.cases import Case


def judge_set(case: Case) -> Iterator[Refusal]:
    """Stage D: a new name, a go-ahead, the announced number of files, FS files where they belong.

    A name that was used before and a go-ahead that never came speak for themselves: what lies under the name is not
    looked at then. How parts are numbered was judged with their names.
    """
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
    counted = [*_count(case, Prefix.PAYLOAD, RefusalCode.PAYLOAD_COUNT), *_count_signatures(case)]
    yield from counted or _tails(case)


def _count_signatures(case: Case) -> Iterator[Refusal]:
    environment, unsigned = Environment(case.submission.environment), case.standing.unsigned_channels
    rule = signature_files(environment, case.channels, case.rules, unsigned=unsigned)
    present = len(case.of(Prefix.SIGNATURE))
    if rule is SignatureFiles.REQUIRED or (rule is SignatureFiles.OPTIONAL and present):
        yield from _count(case, Prefix.SIGNATURE, RefusalCode.SIGNATURE_COUNT)
    elif present:
        channels = " and ".join(case.channels)
        yield Refusal(RefusalCode.SIGNATURE_FORBIDDEN, f"{present} FS files came, {channels} carries its own signature")


def _count(case: Case, prefix: Prefix, code: RefusalCode) -> Iterator[Refusal]:
    """Refuse another number of files than announced; names differ, so the right number is numbered right."""
    declared = case.submission.declared_parts
    present = len(case.of(prefix))
    if any(name.declared_parts != declared for name in case.names() if name.prefix is prefix):
        yield Refusal(code, f"the {prefix} names announce another number of parts than {declared}")
    elif present != declared:
        yield Refusal(code, f"{present} {prefix} files came, {declared} are announced")


def _tails(case: Case) -> Iterator[Refusal]:
    for part, group in groupby(sorted(case.names(), key=lambda name: name.part_index), lambda name: name.part_index):
        if len({name.parts for name in group}) > 1:
            yield Refusal(RefusalCode.SIGNATURE_NAME_STRUCTURE, f"FI and FS of part {part} end differently")
