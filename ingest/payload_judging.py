"""Judge the declarations of accepted payloads: small ones in memory, large ones on disk, in pieces where they can be cut."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import islice

from domain.refusals import OutageError, Refusal
from evidence.blobs import BlobStore
from evidence.models import SubmissionPart
from ingest.form_clerk import FormClerk
from ingest.judged_files import JudgedChunk, JudgedFiles
from ingest.judged_forms import FormsInMemory, FormsOnDisk, JudgedForms
from ingest.judging_again import ChunkReader
from ingest.messages import AnyForm, Message, RefusesSets, Submitted
from ingest.piece_judging import judge_again, judge_in_pieces, places_again
from ingest.placing import ChunkPlaces, place_forms
from validators.cutting import PIECE_BYTES
from validators.frames import Frame, find_schema, limits_for
from validators.placing import ContentPlaces, StreamPlaces, blocks_of
from validators.reading import FormStream, ReadingLimits
from validators.schemas import SchemaLibrary
from validators.zips import is_zip, open_payload

LARGE_BYTES = 4 * 1024 * 1024
"""Sealed bytes of a payload from which on it is judged on disk, and by several processes."""
AT_ONCE = 2_000
"""Forms of a stream that are in memory at once."""


@dataclass(frozen=True, slots=True)
class PayloadJudge:
    """Judges payloads form by form; `mark` names the code and its settings, so that nothing older is used."""

    messages: Mapping[str, Message]
    schemas: SchemaLibrary
    limits: ReadingLimits
    blobs: BlobStore
    files: JudgedFiles
    workers: Callable[[], Executor]
    randomness: Callable[[int], bytes]
    mark: str
    large_bytes: int = LARGE_BYTES
    piece_bytes: int = PIECE_BYTES
    at_once: int = AT_ONCE

    def judge_large(
        self, part: SubmissionPart, *, purpose: str, submitted: Submitted, forms_before: int
    ) -> Frame | None:
        """Judge a large payload in pieces and keep what was found; None where the stream must decide about its frame."""
        message = self.messages.get(purpose)
        if message is None or part.blob.size < self.large_bytes or isinstance(message, RefusesSets):
            return None
        try:
            clerk = self._clerk(part, purpose=purpose, submitted=submitted, forms_before=forms_before)
        except Refusal:
            return None
        chunks = self._cut_and_judge(part, clerk)
        return None if chunks is None else Frame(clerk.schema, sum(chunk.forms for chunk in chunks))

    def judge(self, parts: Sequence[SubmissionPart], *, purpose: str, submitted: Submitted) -> list[JudgedForms]:
        """Return the judged forms of payloads whose frames were found sound, numbered through the whole set.

        Raises OutageError when a payload no longer reads.
        """
        judged: list[JudgedForms] = []
        before = 0
        for part in parts:
            try:
                clerk = self._clerk(part, purpose=purpose, submitted=submitted, forms_before=before)
                forms = self._on_disk(part, clerk) if self._is_large(part, clerk) else self._in_memory(part, clerk)
            except Refusal as refusal:
                raise OutageError(f"{part.name} was accepted but no longer reads: {refusal.code}") from refusal
            before += forms.forms
            judged.append(forms)
        return judged

    def refuse(self, parts: Sequence[SubmissionPart], *, purpose: str, submitted: Submitted) -> Iterator[Refusal]:
        """Yield what the message itself holds against the whole of a set whose frames are sound, if it may refuse sets."""
        message = self.messages.get(purpose)
        if isinstance(message, RefusesSets):
            forms = self._judge_one_by_one(parts, purpose=purpose, submitted=submitted)
            yield from message.refuse_set(forms, submitted=submitted)

    def _judge_one_by_one(
        self, parts: Sequence[SubmissionPart], *, purpose: str, submitted: Submitted
    ) -> Iterator[AnyForm]:
        """Yield the forms of all payloads, judged as they are asked for and numbered through the whole set."""
        before = 0
        for part in parts:
            try:
                clerk = self._clerk(part, purpose=purpose, submitted=submitted, forms_before=before)
                for form in self._stream(part, clerk):
                    before += 1
                    yield form
            except Refusal as refusal:
                raise OutageError(f"{part.name} was accepted but no longer reads: {refusal.code}") from refusal

    def _is_large(self, part: SubmissionPart, clerk: FormClerk) -> bool:
        """Whether the forms may be too many for the memory: what a zip holds is not told by its size.

        Sets that their message may refuse are small enough, or refused.
        """
        if isinstance(clerk.message, RefusesSets):
            return False
        if part.blob.size >= self.large_bytes:
            return True
        with self.blobs.open(part.blob_id) as content:
            return is_zip(content)

    def _clerk(self, part: SubmissionPart, *, purpose: str, submitted: Submitted, forms_before: int) -> FormClerk:
        limits = limits_for(purpose, replace(self.limits, forms=self.limits.forms - forms_before))
        with open_payload(self.blobs.open(part.blob_id), limit=limits.payload_bytes) as payload:
            root = FormStream(payload, limits=limits).root
        schema = find_schema(root, message=purpose, schemas=self.schemas, on=submitted.received_on)
        return FormClerk(self.messages[purpose], schema, limits, submitted, self.randomness, forms_before)

    def _mark_for(self, clerk: FormClerk) -> str:
        """Return what the texts that were prepared depend on: they are in the language of the sender."""
        return f"{self.mark} {clerk.submitted.language}"

    def _in_memory(self, part: SubmissionPart, clerk: FormClerk) -> FormsInMemory:
        judged = list(self._stream(part, clerk))
        places = ContentPlaces(lambda: b"".join(self._blocks(part, clerk)), forms=len(judged))
        forms = place_forms(judged, places, received_on=clerk.submitted.received_on)
        staged = [clerk.stage(form) for form in forms]
        return FormsInMemory(forms, [line for line, _ in staged], [prepared for _, prepared in staged], places)

    def _on_disk(self, part: SubmissionPart, clerk: FormClerk) -> FormsOnDisk:
        """Return what is on disk since the payload was accepted, or judge it again."""
        chunks = self.files.find(part.submission_id, part.part, mark=self._mark_for(clerk))
        if chunks is None:
            chunks = self._cut_and_judge(part, clerk) or self._judge_stream(part, clerk)

        reader = ChunkReader(
            stream=lambda: self._stream(part, clerk),
            judge_piece=judge_again(self.blobs.locate(part.blob_id), clerk=clerk),
            forms_before=clerk.forms_before,
        )
        places = ChunkPlaces(
            stream=lambda: self._blocks(part, clerk),
            of_piece=places_again(self.blobs.locate(part.blob_id), clerk=clerk),
        )
        return FormsOnDisk(chunks, reader.read, places)

    def _cut_and_judge(self, part: SubmissionPart, clerk: FormClerk) -> tuple[JudgedChunk, ...] | None:
        folder = self.files.begin(part.submission_id, part.part)
        chunks = judge_in_pieces(
            self.blobs.locate(part.blob_id),
            clerk=clerk,
            folder=folder,
            workers=self.workers(),
            piece_bytes=self.piece_bytes,
        )
        if chunks is None:
            self.files.drop(part.submission_id)
        else:
            self.files.complete(part.submission_id, part.part, mark=self._mark_for(clerk), chunks=chunks)
        return chunks

    def _judge_stream(self, part: SubmissionPart, clerk: FormClerk) -> tuple[JudgedChunk, ...]:
        folder = self.files.begin(part.submission_id, part.part)
        stream, before = self._stream(part, clerk), clerk.forms_before
        places = StreamPlaces(self._blocks(part, clerk))
        chunks: list[JudgedChunk] = []
        while judged := list(islice(stream, self.at_once)):
            forms = place_forms(judged, places, received_on=clerk.submitted.received_on)
            staged = [clerk.stage(form) for form in forms]
            chunk = JudgedChunk(before, len(forms), folder / f"{len(chunks):05d}")
            chunk.write([line for line, _ in staged], [prepared for _, prepared in staged])
            chunks.append(chunk)
            before += len(forms)
        self.files.complete(part.submission_id, part.part, mark=self._mark_for(clerk), chunks=chunks)
        return tuple(chunks)

    def _stream(self, part: SubmissionPart, clerk: FormClerk) -> Iterator[AnyForm]:
        with open_payload(self.blobs.open(part.blob_id), limit=clerk.limits.payload_bytes) as payload:
            yield from clerk.read_stream(payload)

    def _blocks(self, part: SubmissionPart, clerk: FormClerk) -> Iterator[bytes]:
        with open_payload(self.blobs.open(part.blob_id), limit=clerk.limits.payload_bytes) as payload:
            yield from blocks_of(payload)
