"""Access declarations that came by file: their forms and each of them, tables that `models.py` names."""

from django.db import models
from django.db.models import Q

from domain.access_states import DeclaredFormState, DeclaredState
from domain.environments import Environment
from evidence.constraints import in_an_environment, one_of

ENVIRONMENTS = [(str(environment), environment.name) for environment in Environment]


class DeclaredForm(models.Model):
    """A form of a file; once one of its declarations was accepted, its reference stands for its content for ever.

    `digest` is keyed: it tells whether a form is the same, and nothing of what it says. `header` has the five fields that
    open the form, for the answers that follow later; it is empty where it could not be read.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    submission = models.ForeignKey("evidence.Submission", on_delete=models.PROTECT, related_name="+")
    form_index = models.PositiveIntegerField()
    sender = models.CharField(max_length=6)
    reference = models.CharField(max_length=36, blank=True)
    digest = models.BinaryField(max_length=32)
    is_accepted = models.BooleanField()
    header = models.JSONField(default=list)
    company = models.CharField(max_length=10, blank=True)
    entity = models.ForeignKey("access.Entity", on_delete=models.PROTECT, null=True, related_name="+")
    quality = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=21, choices=[(str(s), s.name) for s in DeclaredFormState])
    received_at = models.DateTimeField()
    filed_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=64, blank=True)

    class Meta:
        """An accepted reference of a sender is used up."""

        constraints = [
            models.UniqueConstraint(fields=["submission", "form_index", "environment"], name="access_form_once"),
            models.UniqueConstraint(
                fields=["environment", "sender", "reference"],
                name="access_reference_once",
                condition=Q(is_accepted=True),
            ),
            models.CheckConstraint(
                condition=~Q(state="AWAITING_CONFIRMATION") | Q(expires_at__isnull=False, settled_at__isnull=True),
                name="held_form_has_a_deadline",
            ),
            models.CheckConstraint(
                condition=Q(is_accepted=False) | ~Q(reference=""), name="accepted_form_has_reference"
            ),
            one_of("state", DeclaredFormState, name="access_form_state_known"),
            in_an_environment("declared_form"),
        ]
        indexes = [
            models.Index(fields=["entity", "-filed_at"], name="access_forms_of_entity"),
            models.Index(fields=["expires_at"], name="access_forms_held", condition=Q(state="AWAITING_CONFIRMATION")),
        ]


class DeclaredAccess(models.Model):
    """One declaration of a form, what was answered and where it stands now.

    `result` and `findings` are what the first notification told. What it says stays, encrypted, as long as it is still
    to be done; then `ciphertext` is empty.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    form = models.ForeignKey(DeclaredForm, on_delete=models.PROTECT, related_name="declarations")
    number = models.PositiveIntegerField()
    seq = models.PositiveIntegerField(null=True)
    ticket = models.CharField(max_length=13)
    action = models.CharField(max_length=8, blank=True)
    subject = models.CharField(max_length=13, blank=True)
    effective_date = models.DateField(null=True)
    state = models.CharField(max_length=20, choices=[(str(s), s.name) for s in DeclaredState])
    result = models.PositiveSmallIntegerField()
    findings = models.JSONField(default=list)
    person = models.ForeignKey("persons.Person", on_delete=models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey("access.UserAccount", on_delete=models.PROTECT, null=True, related_name="+")
    appointment = models.ForeignKey("access.Appointment", on_delete=models.PROTECT, null=True, related_name="+")
    technical_user = models.CharField(max_length=64, blank=True)
    key_id = models.CharField(max_length=16, blank=True)
    ciphertext = models.BinaryField(default=b"")
    due_on = models.DateField(null=True)
    expires_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=64, blank=True, db_default="")

    class Meta:
        """A declaration of a form is decided once."""

        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="declared_access_once"),
            models.UniqueConstraint(fields=["environment", "ticket"], name="access_ticket_once"),
            models.CheckConstraint(
                condition=~Q(state="SCHEDULED") | Q(due_on__isnull=False), name="scheduled_has_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(state="PENDING_CONFIRMATION") | Q(expires_at__isnull=False), name="pending_has_a_deadline"
            ),
            one_of("state", DeclaredState, name="declared_access_state_known"),
            in_an_environment("declared_access"),
        ]
        indexes = [
            models.Index(fields=["due_on"], name="declared_access_due", condition=Q(state="SCHEDULED")),
            models.Index(
                fields=["expires_at"], name="declared_access_pending", condition=Q(state="PENDING_CONFIRMATION")
            ),
        ]
