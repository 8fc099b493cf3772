"""The e-Box of companies and citizens: documents and tasks, who opened them, and to whom they are routed; `models.py` names them."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from domain.environments import Environment
from domain.languages import Language

ENVIRONMENTS = [(str(environment), environment.name) for environment in Environment]


def _one_of(field: str, values: Iterable[str], *, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [str(value) for value in values]}), name=name)


def _in_an_environment(table: str) -> models.CheckConstraint:
    return _one_of("environment", Environment, name=f"{table}_environment_known")


class EboxState(models.TextChoices):
    """Where a document stands: EXPIRED ones are tombstones without their content."""

    NEW = "NEW"
    READ = "READ"
    HANDLED = "HANDLED"
    EXPIRED = "EXPIRED"


class EboxKind(models.TextChoices):
    """What a document or task is about."""

    CONFIRM_MANAGER = "CONFIRM_MANAGER"
    CONFIRM_FILE = "CONFIRM_FILE"
    CONFIRM_DECLARATION = "CONFIRM_DECLARATION"
    CERTIFICATE_EXPIRES = "CERTIFICATE_EXPIRES"
    ATTEST_USERS = "ATTEST_USERS"
    ACTIVATION_LAPSES = "ACTIVATION_LAPSES"
    ORPHAN_CO_MANAGER = "ORPHAN_CO_MANAGER"
    SENDER_SUSPENDED = "SENDER_SUSPENDED"
    SECOND_MANAGER_NEEDED = "SECOND_MANAGER_NEEDED"
    SECOND_MANAGER_FOR_SENDER = "SECOND_MANAGER_FOR_SENDER"
    MANDATE_OFFERED = "MANDATE_OFFERED"
    ACTIVATION_LOCKED = "ACTIVATION_LOCKED"
    CHECK_IN_ERROR = "CHECK_IN_ERROR"
    MISSING_CHECK_OUT = "MISSING_CHECK_OUT"
    CORRECTION_DECIDED = "CORRECTION_DECIDED"
    OWN_CHECK_OUT_MISSING = "OWN_CHECK_OUT_MISSING"
    OWN_CORRECTION_DECIDED = "OWN_CORRECTION_DECIDED"
    OWN_ERROR_ANSWERED = "OWN_ERROR_ANSWERED"
    OWN_ERROR_UNANSWERED = "OWN_ERROR_UNANSWERED"
    EVIDENCE_AWAITED = "EVIDENCE_AWAITED"
    OWN_EVIDENCE_AWAITED = "OWN_EVIDENCE_AWAITED"
    NOTIFICATION = "NOTIFICATION"
    SECURITY_NOTICE = "SECURITY_NOTICE"
    DECLARATION_SETTLED = "DECLARATION_SETTLED"
    ACCESS_OF_PERSON = "ACCESS_OF_PERSON"
    REPORT = "REPORT"
    STUDENT_EMPLOYER = "STUDENT_EMPLOYER"
    STUDENT_OVER_LIMIT = "STUDENT_OVER_LIMIT"
    STUDENT_LATE = "STUDENT_LATE"
    STUDENT_CANCELLED = "STUDENT_CANCELLED"
    STUDENT_NEAR_LIMIT = "STUDENT_NEAR_LIMIT"


class EboxDocument(models.Model):
    """A document or task for an entity, or for one quality of it; `subjects` and `bodies` hold a text for each language.

    `occasion` makes a repeat of its cause harmless; `about` names the one thing that its kind is about, by its number.
    Where `person` is set, it is for that person's eyes.
    """

    entity = models.ForeignKey("access.Entity", on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("persons.Person", on_delete=models.PROTECT, null=True, related_name="+")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    quality = models.CharField(max_length=32, blank=True)
    service = models.CharField(max_length=16, blank=True)
    kind = models.CharField(max_length=32, choices=EboxKind)
    subjects = models.JSONField()
    bodies = models.JSONField()
    publisher = models.CharField(max_length=64)
    occasion = models.CharField(max_length=150)
    about = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    is_task = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=7, choices=EboxState, default=EboxState.NEW)
    handled_at = models.DateTimeField(null=True)
    handled_by = models.CharField(max_length=64, blank=True)

    class Meta:
        """Only tasks are handled, and only tasks are due."""

        constraints = [
            models.UniqueConstraint(fields=["environment", "occasion"], name="ebox_occasion_once"),
            models.CheckConstraint(
                condition=Q(entity__isnull=False) | Q(person__isnull=False), name="ebox_document_is_for_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(state="HANDLED") | Q(is_task=True, handled_at__isnull=False), name="ebox_tasks_are_handled"
            ),
            models.CheckConstraint(condition=Q(due_at__isnull=True) | Q(is_task=True), name="ebox_tasks_are_due"),
            models.CheckConstraint(condition=Q(valid_until__gt=models.F("published_at")), name="ebox_validity_forward"),
            _one_of("state", EboxState.values, name="ebox_state_known"),
            _one_of("kind", EboxKind.values, name="ebox_kind_known"),
            _in_an_environment("ebox_document"),
        ]
        indexes = [
            models.Index(fields=["entity", "-published_at", "-id"], name="ebox_of_entity"),
            models.Index(fields=["person", "-published_at", "-id"], name="ebox_of_person"),
            models.Index(fields=["valid_until"], name="ebox_expiring", condition=~Q(state="EXPIRED")),
            models.Index(
                fields=["kind", "about"],
                name="ebox_waiting_about",
                condition=Q(is_task=True, state__in=["NEW", "READ"]) & ~Q(about=""),
            ),
        ]


class EboxAttachment(models.Model):
    """A file of a document, by the hash of its bytes in the blob store."""

    document = models.ForeignKey(EboxDocument, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()

    class Meta:
        """A document shows a name once."""

        constraints = [models.UniqueConstraint(fields=["document", "name"], name="ebox_attachment_once")]


class EboxReceipt(models.Model):
    """That a person opened a document, hid it or put a label on it."""

    document = models.ForeignKey(EboxDocument, on_delete=models.PROTECT, related_name="receipts")
    person = models.ForeignKey("persons.Person", on_delete=models.PROTECT, related_name="+")
    first_opened_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    label = models.CharField(max_length=50, blank=True)

    class Meta:
        """One for each person and document."""

        constraints = [models.UniqueConstraint(fields=["document", "person"], name="ebox_receipt_once")]


class EboxRoute(models.Model):
    """That documents of a service go to a user account, within one quality of an entity."""

    entity = models.ForeignKey("access.Entity", on_delete=models.PROTECT, related_name="+")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    quality = models.CharField(max_length=32)
    service = models.CharField(max_length=16)
    account = models.ForeignKey("access.UserAccount", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A service goes to an account or not."""

        constraints = [
            models.UniqueConstraint(fields=["entity", "quality", "service", "account"], name="ebox_route_once"),
            _in_an_environment("ebox_route"),
        ]
        indexes = [models.Index(fields=["account"], name="ebox_routes_of_account")]


class EboxAlert(models.Model):
    """The address to which a person or an entity is told that something waits; it counts once it is verified."""

    entity = models.ForeignKey("access.Entity", on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("persons.Person", on_delete=models.PROTECT, null=True, related_name="+")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    address = models.EmailField()
    language = models.CharField(max_length=2, choices=[(str(e), e.name) for e in Language], default=Language.EN.value)
    activated_at = models.DateTimeField(null=True)

    class Meta:
        """One for each entity and each person."""

        constraints = [
            models.UniqueConstraint(fields=["entity"], name="ebox_alert_of_entity", condition=Q(entity__isnull=False)),
            models.UniqueConstraint(fields=["person"], name="ebox_alert_of_person", condition=Q(person__isnull=False)),
            models.CheckConstraint(
                condition=Q(entity__isnull=False, person__isnull=True) | Q(entity__isnull=True, person__isnull=False),
                name="ebox_alert_of_one",
            ),
            _one_of("language", Language, name="ebox_alert_language_known"),
            _in_an_environment("ebox_alert"),
        ]
