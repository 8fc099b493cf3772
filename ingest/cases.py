"""A sealed submission with everything it is judged by; decides nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from channels.models import Sender
from channels.senders import SenderStanding, standing_of
from domain.channels import Channel
from domain.environments import Environment
from domain.filenames import FileName, Prefix
from domain.languages import Language
from domain.reception_rules import ReceptionRules
from domain.refusals import OutageError, Refusal
from evidence.models import Reception, Submission, SubmissionPart
from ingest.messages import Submitted
from ingest.payload_judging import PayloadJudge
from signing.detached import TextMode
from signing.trust import CertificateTrust
from validators.frames import Frame
from validators.reading import ReadingLimits
from validators.schemas import SchemaLibrary
from validators.zips import open_payload

_CANCELLATIONS = (Reception.CANCELLED, Reception.CANCELLED_TOO_LATE)


@dataclass(frozen=True, slots=True)
class Case:
    """A submission with everything it is judged by."""

    submission: Submission
    parts: Sequence[SubmissionPart]
    sender: Sender
    trust: CertificateTrust
    text_mode: TextMode
    rules: ReceptionRules
    payloads: PayloadJudge

    @property
    def limits(self) -> ReadingLimits:
        """What a payload may be at most."""
        return self.payloads.limits

    @property
    def schemas(self) -> SchemaLibrary:
        """The structures that a payload may name."""
        return self.payloads.schemas

    def names(self) -> list[FileName]:
        """Return the parsed names of the parts and of a cancellation; dates and limits were judged at the door."""
        day = self.submission.name_date or self.submission.received_on
        texts = [part.name for part in self.parts]
        if self.submission.reception in _CANCELLATIONS:
            texts.append(self.submission.subject_name)
        return [FileName.parse(text, today=day) for text in texts]

    def open(self, part: SubmissionPart) -> BinaryIO:
        """Return the sealed bytes of `part`; OutageError when the store has lost them."""
        try:
            return self.payloads.blobs.open(part.blob_id)
        except OSError as trouble:
            raise OutageError(f"the sealed bytes of {part.name} cannot be read") from trouble

    def open_payload(self, part: SubmissionPart) -> BinaryIO:
        """Return the payload of `part`, unzipped where its channel allows that it came zipped."""
        content = self.open(part)
        return open_payload(content, limit=self.limits.payload_bytes) if self.allows_zip else content

    def judge_large(self, part: SubmissionPart, *, forms_before: int) -> Frame | None:
        """Return the frame of a large payload whose forms are judged by now; None where it must be read as a stream."""
        return self.payloads.judge_large(
            part,
            purpose=self.submission.purpose,
            submitted=describe(self.submission, self.sender),
            forms_before=forms_before,
        )

    def refuse_by_message(self) -> Iterator[Refusal]:
        """Yield what the message itself holds against the whole set, whose frames are sound."""
        yield from self.payloads.refuse(
            self.of(Prefix.PAYLOAD),
            purpose=self.submission.purpose,
            submitted=describe(self.submission, self.sender),
        )

    @property
    def allows_zip(self) -> bool:
        """Whether payloads may be zipped on every channel through which files of the submission came."""
        return self.rules.zip_channels.issuperset(self.channels)

    @property
    def channels(self) -> Sequence[Channel]:
        """Every channel through which files of the submission came; of one sealed before all were kept, its last."""
        return [Channel(channel) for channel in self.submission.came_through]

    @property
    def standing(self) -> SenderStanding:
        """How the sender stood at the reception; of one sealed before that was kept, how it stands now."""
        kept = self.submission
        if kept.open_channels is None or kept.has_service is None:
            return standing_of(self.sender, purpose=kept.purpose, environment=kept.environment)
        unsigned = kept.unsigned_channels or ()  # nobody could leave signatures out before that was kept
        return SenderStanding(kept.sender_state, kept.open_channels, kept.has_service, unsigned)

    def of(self, prefix: Prefix) -> list[SubmissionPart]:
        """Return the payloads or the signatures, by part number."""
        return sorted((part for part in self.parts if part.prefix == prefix), key=lambda part: part.part)


def describe(submission: Submission, sender: Sender) -> Submitted:
    """Return what is known of a submission while its forms are judged and filed."""
    return Submitted(
        submission_id=submission.pk,
        environment=Environment(submission.environment),
        declaring_company=sender.entity.company_number,
        language=Language(sender.language),
        received_at=submission.received_at,
        received_on=submission.received_on,
        sender=submission.owner,
        file_name=submission.subject_name,
        parts=submission.declared_parts,
    )
