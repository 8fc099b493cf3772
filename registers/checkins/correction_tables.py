"""The tables of corrections: what is asked, by whom, with which evidence; and errors that workers report."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from domain.checkins.vocabulary import ClockingChannel, CorrectionState, EventType, ReportOutcome, ToldMissing
from evidence.constraints import in_an_environment, one_of
from registers.checkins.presence_tables import ENVIRONMENTS, LONGEST_EMPLOYER
from registers.checkins.records import is_company

_UNTOLD = Q(channel=str(ClockingChannel.BATCH), decided_at__isnull=False, told_at__isnull=True)
_PENDING = Q(state__in=[str(state) for state in CorrectionState if state.is_pending])


class Correction(models.Model):
    """A request to correct an event or to add a missing one (§2.6); the original is never touched.

    `number` is what answers call it, `C-YYYYMMDD-NNNNNNN`. `target` is the registration, None for a missing event, whose
    facts stand in the fields of an event. `asked_for` is the company in whose name it was asked: the employer, or one
    that it mandated; empty for a self-employed person's own. `brought_for` is, of whom no company here employs, the company
    whose staff he is, None where that is the one that asked (decision 0074). `registration_date` and `deadline` are days in
    Brussels. `made_number` and `made_version` are what came of it once it is accepted.
    `told_at` is when the sender of the file that it came in was told how it ended.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    number = models.CharField(max_length=19)
    target = models.BigIntegerField(null=True)
    person = models.ForeignKey("persons.Person", on_delete=models.PROTECT, related_name="+")
    identifier_id = models.BigIntegerField()
    employer = models.CharField(max_length=LONGEST_EMPLOYER, blank=True)
    work_place = models.CharField(max_length=13)
    event_type = models.CharField(max_length=3)
    registration_date = models.DateField()
    deadline = models.DateField()
    corrected_at = models.DateTimeField(null=True)
    corrected_offset = models.SmallIntegerField(null=True)
    corrected_work_place = models.CharField(max_length=13, blank=True)
    justification = models.CharField(max_length=1000)
    state = models.CharField(max_length=12, choices=[(str(e), e.name) for e in CorrectionState])
    is_late = models.BooleanField(default=False)
    channel = models.CharField(max_length=6)
    asked_for = models.CharField(max_length=LONGEST_EMPLOYER, blank=True)
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    evidence_due_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    decision = models.CharField(max_length=500, blank=True)
    made_number = models.BigIntegerField(null=True)
    made_version = models.PositiveIntegerField(null=True)
    told_at = models.DateTimeField(null=True)
    brought_for = models.CharField(max_length=10, null=True)  # noqa: DJ001 - none, as that of a presence

    class Meta:
        """Four eyes decide; one request at a time concerns an event."""

        constraints = [
            models.UniqueConstraint(fields=["environment", "number"], name="correction_numbered_once"),
            models.UniqueConstraint(
                fields=["environment", "target"], name="correction_pending_once", condition=_PENDING
            ),
            models.UniqueConstraint(
                fields=["person", "employer", "work_place", "event_type", "corrected_at"],
                name="missing_event_pending_once",
                condition=_PENDING & Q(target__isnull=True),
            ),
            in_an_environment("correction"),
            one_of("state", CorrectionState, name="correction_state_known"),
            one_of("event_type", EventType, name="correction_event_type_known"),
            models.CheckConstraint(condition=~Q(decided_by=F("asked_by")), name="correction_by_four_eyes"),
            models.CheckConstraint(
                condition=Q(target__isnull=False) | Q(corrected_at__isnull=False), name="missing_event_has_instant"
            ),
        ]
        indexes = [
            models.Index(fields=["environment", "deadline"], name="pending_correction_by_end", condition=_PENDING),
            models.Index(fields=["environment", "asked_for", "asked_at"], name="correction_of_company"),
            models.Index(fields=["environment", "employer", "asked_at"], name="correction_of_employer"),
            models.Index(
                fields=["environment", "brought_for", "asked_at"],
                name="correction_brought_for",
                condition=Q(brought_for__isnull=False),
            ),
            models.Index(fields=["person", "asked_at"], name="correction_of_person"),
            models.Index("environment", Coalesce("target", "made_number"), name="correction_by_registration"),
            models.Index(fields=["evidence_due_at"], name="draft_correction_by_end", condition=Q(state="DRAFT")),
            models.Index(fields=["environment", "asked_by"], name="untold_correction_by_sender", condition=_UNTOLD),
        ]

    @property
    def staffed_by(self) -> str:
        """Of whose staff it is: the employer, or, of whom no company here employs, who brought him or had him brought."""
        return self.employer if is_company(self.employer) else self.brought_for or self.asked_for


class CorrectionEvidence(models.Model):
    """A document that a request names; `stored_at` is None until its bytes were handed in and taken.

    `scanned_at` is when a scanner looked through them, None where none was set when they came; `is_scan_noted` is False for
    those of before either was kept, of which nobody can say.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="evidence")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=60, blank=True)
    size = models.PositiveIntegerField(null=True)
    stored_at = models.DateTimeField(null=True)
    scanned_at = models.DateTimeField(null=True)
    is_scan_noted = models.BooleanField(default=False, db_default=False)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        """A request names a document once."""

        constraints = [
            models.UniqueConstraint(fields=["correction", "sha256"], name="evidence_named_once"),
            in_an_environment("correction_evidence"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="evidence_has_a_hash"),
        ]
        indexes = [models.Index(fields=["sha256"], name="evidence_by_hash")]

    @property
    def is_unscanned(self) -> bool:
        """Whether no scanner looked through the document; of one of before that was kept, nobody says so."""
        return self.is_scan_noted and self.scanned_at is None


class HandedInEvidence(models.Model):
    """A document that somebody handed in, before or after a request of his names it; it proves nobody else's request.

    `owner` is a company number, or a self-employed person's id behind `person:`, as `owner_of_request` writes it; `scanned_at`
    and `is_scan_noted` are as those of `CorrectionEvidence`.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    owner = models.CharField(max_length=28)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    handed_in_at = models.DateTimeField()
    scanned_at = models.DateTimeField(null=True)
    is_scan_noted = models.BooleanField(default=False, db_default=False)

    class Meta:
        """Handed in once by each owner in an environment; the sweep of the shelf knows the hash alone."""

        constraints = [
            models.UniqueConstraint(fields=["environment", "owner", "sha256"], name="evidence_handed_in_once"),
            in_an_environment("handed_in_evidence"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="handed_in_evidence_has_a_hash"),
        ]
        indexes = [models.Index(fields=["sha256"], name="handed_in_evidence_by_hash")]


class ErrorReport(models.Model):
    """An error that a worker tells the employer of, within the days that the rule of its sector gives.

    Closed, it has an `outcome` and the sentence with which the employer answers, which the worker reads; what was closed
    before answers were asked for has neither. `missing` says what was not registered of a day, empty where a registration is
    wrong, or where it was told before that was asked. `company` is the one that is to answer: the employer, or whoever brought
    what is of no company here.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    person = models.ForeignKey("persons.Person", on_delete=models.PROTECT, related_name="+")
    registration = models.BigIntegerField(null=True)
    registration_date = models.DateField()
    employer = models.CharField(max_length=LONGEST_EMPLOYER, blank=True)
    company = models.CharField(max_length=LONGEST_EMPLOYER, blank=True, default="", db_default="")
    work_place = models.CharField(max_length=13)
    missing = models.CharField(max_length=3, blank=True, default="", db_default="")
    message = models.CharField(max_length=1000)
    reported_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    handled_by = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=13, blank=True, default="", db_default="")
    answer = models.CharField(max_length=500, blank=True, default="", db_default="")

    class Meta:
        """Nothing is answered that is open, and no outcome goes without a sentence."""

        constraints = [
            in_an_environment("error_report"),
            models.CheckConstraint(condition=~Q(message=""), name="error_report_says_something"),
            models.CheckConstraint(
                condition=Q(outcome="", answer="")
                | (Q(outcome__in=[str(each) for each in ReportOutcome], handled_at__isnull=False) & ~Q(answer="")),
                name="error_report_is_answered",
            ),
            models.CheckConstraint(
                condition=Q(missing="") | Q(missing__in=[str(each) for each in ToldMissing], registration__isnull=True),
                name="error_report_says_what_is_missing",
            ),
        ]
        indexes = [
            models.Index(fields=["environment", "company", "reported_at"], name="error_report_of_company"),
            models.Index(fields=["person", "reported_at"], name="error_report_of_person"),
        ]
