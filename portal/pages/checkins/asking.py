"""Ask the register for a correction: the file is taken first, so that a request never waits for one that is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domain.checkins.codes import RefusalCode
from domain.checkins.items import CorrectionRequest, Employer, Evidence, MissingEvent, Worker
from domain.checkins.outcomes import CorrectionTaken, Declarant, Refused
from domain.checkins.vocabulary import ClockingChannel, EventType
from domain.environments import Environment
from domain.refusals import OutageError
from ingest.evidence_files import EvidenceDesk, EvidenceFault, EvidenceFile, EvidenceRefusedError
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.correction_forms import CorrectionForm, EvidenceForm
from portal.pages.forms import CounterForm
from portal.pages.labelled import labelled
from portal.pages.sizes import size_told
from registers.checkins.evidence_of_corrections import note_evidence, owner_of
from registers.checkins.models import Presence
from registers.checkins.scanner_outages import failing_since

_FAULTS: Mapping[EvidenceFault, Promise] = MappingProxyType(
    {
        EvidenceFault.EMPTY: gettext_lazy("The file is empty."),
        EvidenceFault.TOO_LARGE: gettext_lazy("The file is larger than %(size)s."),
        EvidenceFault.KIND_NOT_TAKEN: gettext_lazy("Only PDF, PNG and JPEG files are taken."),
        EvidenceFault.DAMAGED: gettext_lazy("The document is damaged, cut off, or has no page: save or scan it again."),
        EvidenceFault.LOCKED: gettext_lazy("The document is protected by a password: save it without one."),
        EvidenceFault.MORE_BEHIND: gettext_lazy(
            "Something lies behind the end of the document: save it again, or print it as a PDF."
        ),
        EvidenceFault.HARMFUL: gettext_lazy("The file would harm whoever opens it, and was not kept."),
    }
)
"""What is told at the field of a file that is not taken."""


class CorrectionRefusedError(Exception):
    """The register does not take the request, for these reasons; `number` is the registration that it was about.

    `waiting` is the request of the same that waits already; empty for none.
    """

    def __init__(self, codes: tuple[RefusalCode, ...], *, by: Declarant, number: int | None, waiting: str) -> None:
        super().__init__(", ".join(codes))
        self.codes, self.by, self.number, self.waiting = codes, by, number, waiting


@dataclass(frozen=True, slots=True)
class Missing:
    """An event that should have been registered: of whom, for whom and where."""

    type: EventType
    worker: Worker
    employer: Employer | None
    work_place: str


@dataclass(frozen=True, slots=True)
class Documents:
    """What proves a request: files that were taken, and those that are announced alone, since our scanner fails."""

    taken: Sequence[EvidenceFile]
    announced: Sequence[EvidenceFile]

    @property
    def names(self) -> str:
        """Return what all of them are called."""
        return ", ".join(file.name for file in (*self.taken, *self.announced))


def take_file(form: EvidenceForm) -> EvidenceFile | None:
    """Take the form's file, or tell on the form why not; nothing is kept then."""
    try:
        return _desk().take(_bytes_of(form.file), name=form.file.name or "")
    except EvidenceRefusedError as refused:
        form.tell_refusal(_told(refused.fault), field="evidence")
    except OutageError:
        _tell_outage(form)
    return None


def take_files(form: CorrectionForm) -> Documents | None:
    """Take the form's files, or tell on the form why not, of several of which one; nothing is to be asked for then.

    All of them or none: those taken before one that is refused nobody needs, and a sweep erases them. What our scanner cannot
    look through, and what follows it, is announced: the request counts from now on, and waits for it.
    """
    taken: list[EvidenceFile] = []
    announced: list[EvidenceFile] = []
    for file in form.documents:
        name = file.name or ""
        try:
            if not announced and (one := _take_unless_scanner_fails(file)) is not None:
                taken.append(one)
            else:
                announced.append(_desk().announce(_bytes_of(file), name=name))
        except EvidenceRefusedError as refused:
            told = _told(refused.fault)
            form.tell_refusal(told if len(form.documents) == 1 else labelled(name, told), field="evidence")
            return None
        except OutageError:
            _tell_outage(form)
            return None
    return Documents(taken, announced)


def _take_unless_scanner_fails(file: "UploadedFile[bytes]") -> EvidenceFile | None:
    """Take it; None where the scanner fails at everything. OutageError where it is this file alone, or cannot be kept."""
    try:
        return _desk().take(_bytes_of(file), name=file.name or "")
    except OutageError:
        if failing_since() is None:
            raise
    return None


def _bytes_of(file: "UploadedFile[bytes]") -> BinaryIO:
    file.seek(0)
    return cast("BinaryIO", file.file)


def _desk() -> EvidenceDesk:
    return checkin_counter().evidence


def _tell_outage(form: CounterForm) -> None:
    form.tell_outage(_("The file cannot be looked through now. Try again later."))


def ask_for_correction(
    form: CorrectionForm,
    documents: Documents,
    *,
    about: int | Missing,
    person_id: int,
    company: str | None,
    at: datetime,
) -> CorrectionTaken:
    """Bring the request for a registration, or for a missing event, in the name of a company or of a self-employed person.

    `person_id` is who asks. It is a draft as long as a document is only announced. CorrectionRefusedError says why not.
    """
    item = CorrectionRequest(
        registration_id=about if isinstance(about, int) else None,
        missing=MissingEvent(about.type, about.worker, about.employer, about.work_place)
        if isinstance(about, Missing)
        else None,
        justification=form.cleaned_data["justification"].strip(),
        corrected_at=form.at,
        corrected_work_place=form.cleaned_data.get("place") or None,
        evidence=tuple(Evidence(file.name, file.sha256) for file in (*documents.taken, *documents.announced)),
    )
    by = Declarant(Environment.PRODUCTION, ClockingChannel.PORTAL, person_id=person_id, enterprise_number=company)
    for file in sorted(
        documents.taken, key=lambda one: one.sha256
    ):  # one order for all: two who note the same ones take turns
        note_evidence(
            file.sha256,
            owner=owner_of(by),
            environment=by.environment,
            media_type=file.kind,
            size=file.size,
            at=at,
            scanned_at=at if file.is_scanned else None,
        )
    (outcome,) = checkin_counter().desk.take([item], by=by, received_at=at, at=at)
    match outcome:
        case CorrectionTaken():
            return outcome
        case Refused(codes, waiting):
            raise CorrectionRefusedError(tuple(codes), by=by, number=item.registration_id, waiting=waiting)
        case _:
            raise TypeError(type(outcome).__name__)


def worker_of(person_id: int) -> Worker | None:
    """Return the person by his national or bis number; None for who has none."""
    number = checkin_counter().number_of(person_id)
    return None if number is None else Worker(inss=number)


def worker_declared(row: Presence) -> Worker | None:
    """Return the person of a registration as another one of the same employer names him; None for who has no number.

    One without an employer was registered by a Limosa number, which stands alone.
    """
    if row.employer:
        return worker_of(row.person_id)
    declared, _newest = checkin_counter().aliases.declared_and_newest(row.identifier_id, row.person_id)
    return declared


def _told(fault: EvidenceFault) -> str:
    return str(_FAULTS[fault]) % {"size": size_told(checkin_counter().evidence.max_bytes)}
