"""Tables of operators and of the registration officer: roles, cases in which first keys are handed over, calls, questions."""

from django.db import models
from django.db.models import Q

from domain.registration import ACCEPTED_DOCUMENTS, CaseRefusal, DocumentKind, Office, RegistrationPurpose
from evidence.constraints import one_of


class OperatorRole(models.TextChoices):
    """What an operator of the counter may do in the portal."""

    SUPPORT = "SUPPORT"
    REGISTRAR = "REGISTRAR"
    INSPECTOR = "INSPECTOR"


OFFICERS = frozenset({OperatorRole.SUPPORT, OperatorRole.REGISTRAR})
"""Who looks after people's keys and identities; an inspector looks at presences alone."""


class CaseState(models.TextChoices):
    """Where a registration case stands."""

    OPEN = "OPEN"
    REFUSED = "REFUSED"
    KEYS_ISSUED = "KEYS_ISSUED"


class Operator(models.Model):
    """A role of a login at the counter itself; only a command gives the first one."""

    login = models.ForeignKey("access_control.Login", on_delete=models.PROTECT, related_name="operator_roles")
    role = models.CharField(max_length=9, choices=OperatorRole)
    given_by = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """A login holds a role once at a time."""

        constraints = [
            one_of("role", OperatorRole.values, name="operator_role_known"),
            models.UniqueConstraint(
                fields=["login", "role"], name="operator_role_once", condition=Q(ended_at__isnull=True)
            ),
        ]


class RegistrationCase(models.Model):
    """A person before a registration officer: what was shown, and what became of it. No copy of the document is kept.

    The document's number is sealed. `refusals` are the names of `domain.registration.CaseRefusal`, joined by +.
    """

    office = models.CharField(max_length=15, choices=[(str(office), office.name) for office in Office])
    purpose = models.CharField(max_length=7, choices=[(str(kind), kind.name) for kind in RegistrationPurpose])
    officer = models.ForeignKey("access_control.Login", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("persons.Person", on_delete=models.PROTECT, null=True, related_name="+")
    document_kind = models.CharField(max_length=15, choices=[(str(kind), kind.name) for kind in DocumentKind])
    document_country = models.CharField(max_length=2)
    document_key_id = models.CharField(max_length=16)
    document_sealed = models.BinaryField()
    document_expires_on = models.DateField()
    has_proof_of_study = models.BooleanField()
    has_appointment = models.BooleanField()
    state = models.CharField(max_length=11, choices=CaseState, default=CaseState.OPEN)
    refusals = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """Only a person whom the officer found or registered gets keys; a refusal has its reasons."""

        constraints = [
            one_of("office", Office, name="registration_office_known"),
            one_of("purpose", RegistrationPurpose, name="registration_purpose_known"),
            one_of("document_kind", DocumentKind, name="registration_document_known"),
            one_of("state", CaseState.values, name="registration_state_known"),
            models.CheckConstraint(
                condition=Q(state="OPEN", closed_at__isnull=True) | ~Q(state="OPEN") & Q(closed_at__isnull=False),
                name="registration_closed_when_over",
            ),
            models.CheckConstraint(
                condition=~Q(state="KEYS_ISSUED")
                | Q(person__isnull=False, document_kind__in=["IDENTITY_CARD", "PASSPORT"]),
                name="registration_keys_for_documented",
            ),
            models.CheckConstraint(
                condition=~Q(state="REFUSED") | ~Q(refusals=""), name="registration_refusal_has_reasons"
            ),
        ]
        indexes = [models.Index(fields=["-opened_at"], name="registration_cases_newest")]

    @property
    def reasons(self) -> tuple[CaseRefusal, ...]:
        """Why the case was refused."""
        return tuple(CaseRefusal[name] for name in self.refusals.split("+") if name)


class CallDocument(models.Model):
    """What somebody showed in a video call before he was matched, or a number made for him. No copy is kept, and its number is sealed."""

    identity = models.OneToOneField("access_control.PendingIdentity", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey("access_control.Login", on_delete=models.PROTECT, related_name="+")
    document_kind = models.CharField(max_length=15, choices=[(str(kind), kind.name) for kind in DocumentKind])
    document_country = models.CharField(max_length=2)
    document_key_id = models.CharField(max_length=16)
    document_sealed = models.BinaryField()
    document_expires_on = models.DateField()
    seen_at = models.DateTimeField()

    class Meta:
        """Only a document that is accepted lets somebody be matched after a call."""

        constraints = [one_of("document_kind", sorted(ACCEPTED_DOCUMENTS), name="call_document_accepted")]


class RegistrationQuestion(models.Model):
    """Somebody asks whether he is registered; name, birth date and address are sealed, and gone once answered."""

    key_id = models.CharField(max_length=16)
    sealed = models.BinaryField(null=True)
    language = models.CharField(max_length=2)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("access_control.Login", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """What waits for an officer."""

        indexes = [
            models.Index(
                fields=["asked_at"], name="registration_question_waiting", condition=Q(answered_at__isnull=True)
            )
        ]
