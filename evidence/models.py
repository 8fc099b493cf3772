"""Tables of what was received, decided and answered; facts are only ever added."""

from collections.abc import Sequence

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Now

from domain.answers import AnswerKind
from domain.channels import Channel
from domain.environments import Environment, Tray
from domain.filenames import Prefix
from domain.trust import LineEnds
from evidence.constraints import all_of, in_an_environment, of_accounts, one_of


class CurrentTransaction(models.Func):
    """The database's 64-bit number of the running transaction."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


def choices(*values: str) -> list[tuple[str, str]]:
    """Return `values` as Django wants choices."""
    return [(str(value), str(value)) for value in values]


class SubmissionState(models.TextChoices):
    """Where a submission stands; UNDECIDED and QUARANTINED lead back to CLAIMED."""

    SEALED = "SEALED"
    CLAIMED = "CLAIMED"
    REFUSED = "REFUSED"
    RECEIVED = "RECEIVED"
    FILED = "FILED"
    UNDECIDED = "UNDECIDED"
    QUARANTINED = "QUARANTINED"


class Reception(models.TextChoices):
    """How a delivery came to be sealed."""

    COMPLETE = "COMPLETE"
    MALFORMED_NAME = "MALFORMED_NAME"
    GO_AHEAD_MISSING = "GO_AHEAD_MISSING"
    PARTS_MISSING = "PARTS_MISSING"
    CANCELLED = "CANCELLED"
    CANCELLED_TOO_LATE = "CANCELLED_TOO_LATE"
    RECEIPT = "RECEIPT"


class Blob(models.Model):
    """Bytes that were written once and never change, named by their SHA-256 (64 hexadecimal digits)."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    stored_at = models.DateTimeField(db_default=Now())

    class Meta:
        """Sizes are in bytes."""

        constraints = [models.CheckConstraint(condition=Q(size__gte=0), name="blob_size_not_negative")]


class Submission(models.Model):
    """One sealed delivery: the unit that is judged, acknowledged and filed.

    `owner` is the sender number that logged in; `named_sender` the one in the file name. `subject_name` is the name
    the acknowledgement speaks of. `first_of_name` is set when the name had been used before. `channel` is that of the
    close that had it sealed, `channels` all through which its files came. How its sender stood at that instant is kept
    with it: its state, the channels that were open, whether it had the service, and through which channels it needed no
    FS files. Rows of before know none of this.
    """

    environment = models.CharField(max_length=1, choices=choices(*Environment))
    channel = models.CharField(max_length=16, choices=choices(*Channel))
    channels = ArrayField(models.CharField(max_length=16), null=True)
    tray = models.CharField(max_length=9, choices=choices(*Tray))
    owner = models.CharField(max_length=6)
    technical_user = models.CharField(max_length=64)
    reception = models.CharField(max_length=20, choices=Reception)
    subject_name = models.CharField(max_length=64)
    purpose = models.CharField(max_length=4, blank=True)
    named_sender = models.CharField(max_length=6, blank=True)
    name_date = models.DateField(null=True)
    sequence = models.CharField(max_length=5, blank=True)
    declared_parts = models.PositiveSmallIntegerField(default=1)
    ticket = models.CharField(max_length=13, unique=True, null=True)  # noqa: DJ001 - a repeated name gets none
    first_of_name = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="repeats")
    received_at = models.DateTimeField()
    received_on = models.DateField()
    sender_state = models.CharField(max_length=10, blank=True, db_default="")
    open_channels = ArrayField(models.CharField(max_length=16), null=True)
    has_service = models.BooleanField(null=True)
    unsigned_channels = ArrayField(models.CharField(max_length=16), null=True)
    payload_bytes = models.BigIntegerField(default=0)
    state = models.CharField(max_length=12, choices=SubmissionState, default=SubmissionState.SEALED)
    leased_by = models.CharField(max_length=128, blank=True)
    leased_until = models.DateTimeField(null=True)
    lease_count = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    outage = models.CharField(max_length=500, blank=True)

    class Meta:
        """Every index serves one query: claiming, recovering, the operator's list of a sender."""

        indexes = [
            models.Index(
                fields=["received_at", "id"],
                name="submission_waiting",
                condition=Q(state__in=["SEALED", "UNDECIDED"]),
            ),
            models.Index(
                fields=["leased_until"],
                name="submission_leased",
                condition=Q(state__in=["CLAIMED", "RECEIVED"]),
            ),
            models.Index(fields=["owner", "environment", "-received_at"], name="submission_of_owner"),
        ]
        constraints = [
            one_of("state", SubmissionState.values, name="submission_state_known"),
            one_of("reception", Reception.values, name="submission_reception_known"),
            one_of("channel", Channel, name="submission_channel_known"),
            all_of("channels", Channel, name="submission_channels_known"),
            all_of("open_channels", Channel, name="submission_open_channels_known"),
            all_of("unsigned_channels", Channel, name="submission_unsigned_channels_known"),
            models.CheckConstraint(
                condition=Q(sender_state="", open_channels__isnull=True, has_service__isnull=True)
                | (~Q(sender_state="") & Q(open_channels__isnull=False, has_service__isnull=False)),
                name="submission_standing_whole",
            ),
            one_of("tray", Tray, name="submission_tray_known"),
            in_an_environment("submission"),
            models.CheckConstraint(
                condition=~Q(state="UNDECIDED") | Q(retry_at__isnull=False),
                name="submission_undecided_is_retried",
            ),
            models.CheckConstraint(
                condition=Q(ticket__isnull=False) | Q(first_of_name__isnull=False),
                name="submission_ticket_unless_repeated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["CLAIMED", "RECEIVED"]) | Q(leased_until__isnull=False),
                name="submission_worked_on_has_lease",
            ),
        ]

    @property
    def came_through(self) -> Sequence[str]:
        """Every channel through which files of it came; of one sealed before all were kept, that of its close."""
        return [self.channel] if self.channels is None else sorted(self.channels)


class SubmissionPart(models.Model):
    """One sealed file of a submission; `channels` are those through which its bytes came, where that is known."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="parts")
    prefix = models.CharField(max_length=2, choices=choices(Prefix.PAYLOAD, Prefix.SIGNATURE))
    part = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=64)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    channels = ArrayField(models.CharField(max_length=16), null=True)

    class Meta:
        """A set holds each name once; whether it holds each part once is judged, and answered."""

        constraints = [
            models.UniqueConstraint(fields=["submission", "name"], name="submission_part_name_once"),
            one_of("prefix", (Prefix.PAYLOAD, Prefix.SIGNATURE), name="submission_part_prefix_known"),
            models.CheckConstraint(condition=Q(part__range=(1, 9)), name="submission_part_1_to_9"),
            all_of("channels", Channel, name="submission_part_channels_known"),
        ]


class SignatureCheck(models.Model):
    """What made one signature acceptable; certificates and revocation records by SHA-256 (64 hexadecimal digits).

    `path` runs from the registered certificate to the anchor, `revocation` names every record that was consulted.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="signature_checks")
    part = models.PositiveSmallIntegerField()
    certificate = models.CharField(max_length=64)
    path = models.JSONField()
    revocation = models.JSONField()
    line_ends = models.CharField(max_length=14, choices=choices(*LineEnds))
    checked_at = models.DateTimeField()

    class Meta:
        """A submission is decided once, and so is each of its signatures."""

        constraints = [
            models.UniqueConstraint(fields=["submission", "part"], name="signature_check_once"),
            models.CheckConstraint(condition=Q(part__range=(1, 9)), name="signature_check_part_1_to_9"),
            one_of("line_ends", LineEnds, name="signature_check_line_ends_known"),
        ]


class UsedName(models.Model):
    """Elements 2 to 6 of a name, used for ever by the first submission that carried them."""

    owner = models.CharField(max_length=6)
    purpose = models.CharField(max_length=4)
    named_sender = models.CharField(max_length=6)
    name_date = models.DateField()
    sequence = models.CharField(max_length=5)
    environment = models.CharField(max_length=1, choices=choices(*Environment))
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="used_name")

    class Meta:
        """The owner is part of the key: nobody uses up another sender's names."""

        constraints = [
            models.UniqueConstraint(
                fields=["owner", "purpose", "named_sender", "name_date", "sequence", "environment"],
                name="name_used_once",
            ),
        ]


class UsedReference(models.Model):
    """A sender's own reference of a whole file, used for ever by the first submission whose file was accepted with it.

    `blob` is that file.
    """

    owner = models.CharField(max_length=6)
    purpose = models.CharField(max_length=4)
    environment = models.CharField(max_length=1, choices=choices(*Environment))
    reference = models.CharField(max_length=36)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="used_reference")

    class Meta:
        """The owner is part of the key, as it is of names."""

        constraints = [
            models.UniqueConstraint(
                fields=["owner", "purpose", "environment", "reference"], name="file_reference_used_once"
            ),
            models.UniqueConstraint(fields=["owner", "purpose", "environment", "blob"], name="file_content_used_once"),
            in_an_environment("used_reference"),
        ]


class DecidedChunk(models.Model):
    """What became of some declarations of a submission whose others are still to be filed; gone once all are answered.

    `number` counts the chunks from 1; `outcomes` has one entry for each declaration, in order.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="chunks")
    number = models.PositiveIntegerField()
    outcomes = models.JSONField()
    decided_at = models.DateTimeField()

    class Meta:
        """A chunk is decided once."""

        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="chunk_decided_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="chunk_number_from_1"),
        ]


class AnswerCounter(models.Model):
    """The last sequence given to answers of one recipient, day and environment."""

    recipient = models.CharField(max_length=6)
    environment = models.CharField(max_length=1, choices=choices(*Environment))
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        """One row is one counter."""

        constraints = [
            models.UniqueConstraint(fields=["recipient", "environment", "day"], name="answer_counter_once"),
        ]


class Answer(models.Model):
    """One signed answer to a submission; a notification may be split over several, numbered from 1."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=4, choices=choices(*AnswerKind))
    number = models.PositiveSmallIntegerField(default=1)
    recipient = models.CharField(max_length=6)
    environment = models.CharField(max_length=1, choices=choices(*Environment))
    day = models.DateField()
    sequence = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        """One answer of each kind and number, whatever is repeated."""

        constraints = [
            models.UniqueConstraint(fields=["submission", "kind", "number"], name="answer_once"),
            one_of("kind", AnswerKind, name="answer_kind_known"),
            in_an_environment("answer"),
            models.CheckConstraint(condition=Q(number__gte=1), name="answer_number_from_1"),
            models.UniqueConstraint(
                fields=["recipient", "environment", "day", "sequence"],
                name="answer_sequence_once",
            ),
        ]


class AnswerFile(models.Model):
    """One file that an answer shows in the outbox until it is collected or kept long enough.

    The go-ahead file has no blob. `downloaded_at` is the end of the first complete download since `offered_at`.
    """

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="files")
    recipient = models.CharField(max_length=6)
    environment = models.CharField(max_length=1, choices=choices(*Environment))
    name = models.CharField(max_length=64)
    size = models.BigIntegerField()
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    offered_at = models.DateTimeField()
    downloaded_at = models.DateTimeField(null=True)
    collected_at = models.DateTimeField(null=True)
    expired_at = models.DateTimeField(null=True)

    class Meta:
        """The partial indexes are the outbox, by name and by age."""

        constraints = [
            models.UniqueConstraint(fields=["recipient", "environment", "name"], name="answer_file_name_once"),
        ]
        indexes = [
            models.Index(
                fields=["recipient", "environment", "name"],
                name="answer_file_offered",
                condition=Q(collected_at__isnull=True, expired_at__isnull=True),
            ),
            models.Index(
                fields=["offered_at"],
                name="answer_file_age",
                condition=Q(collected_at__isnull=True, expired_at__isnull=True),
            ),
        ]


class AuditEvent(models.Model):
    """One decision, written in the transaction of what it tells; never changed (a trigger in the database sees to it)."""

    at = models.DateTimeField()
    action = models.CharField(max_length=64)
    actor = models.CharField(max_length=128)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, null=True, related_name="events")
    detail = models.JSONField(default=dict)
    transaction = models.BigIntegerField(db_default=CurrentTransaction())

    class Meta:
        """Unlinked events are found in the order of their transactions; those of a person's account the newest first."""

        indexes = [
            models.Index(fields=["transaction", "id"], name="audit_event_order"),
            of_accounts("actor", name="audit_event_of_actor"),
            of_accounts(KeyTextTransform("login", "detail"), name="audit_event_of_login"),
            of_accounts(KeyTextTransform("person", "detail"), name="audit_event_of_person"),
        ]


class AuditLink(models.Model):
    """The place of an event in the chain: its hash covers the event and the hash before."""

    position = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="link")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    linked_at = models.DateTimeField()

    class Meta:
        """Positions count from 1 without a gap."""

        constraints = [models.CheckConstraint(condition=Q(position__gte=1), name="audit_link_from_1")]
        ordering = [F("position").asc()]


class AuditHead(models.Model):
    """A signed statement of how far the chain reached; `signature` is a CMS over the head's canonical text."""

    position = models.BigIntegerField(primary_key=True)
    hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    signature = models.BinaryField()

    class Meta:
        """Positions are those of links."""

        constraints = [models.CheckConstraint(condition=Q(position__gte=1), name="audit_head_from_1")]
        ordering = [F("position").asc()]
