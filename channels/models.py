"""Senders, the machine accounts and keys they use, and deliveries until their seal; other tables of the room by name."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from channels.ftp_tables import ChannelPassword, LoginCertificate
from channels.network_tables import Network, NetworkRange, SenderNetwork
from channels.notice_tables import AnswerNotice, AnswerSubscription
from channels.web_tables import AccessToken, IdempotentRequest, UsedAssertion, UsedMessage, WebClient, WebClientKey
from domain.certificates import CertificateState
from domain.channels import Channel
from domain.environments import INBOXES, Environment, Tray
from domain.filenames import Prefix
from domain.languages import Language
from domain.trust import RevocationKind, TrustRole
from evidence.constraints import all_of, in_an_environment, one_of, tells_who_stopped

__all__ = [
    "AccessToken",
    "AnswerNotice",
    "AnswerSubscription",
    "ChannelPassword",
    "Delivery",
    "DeliveryState",
    "IdempotentRequest",
    "KeyState",
    "LoginCertificate",
    "Network",
    "NetworkRange",
    "RevocationRecord",
    "Sender",
    "SenderCertificate",
    "SenderChannel",
    "SenderNetwork",
    "SenderService",
    "SenderState",
    "SshKey",
    "StagedFile",
    "TechnicalUser",
    "TechnicalUserState",
    "TrustedCertificate",
    "TrustedState",
    "UsedAssertion",
    "UsedMessage",
    "WebClient",
    "WebClientKey",
]

ENVIRONMENTS = [(str(environment), environment.name) for environment in Environment]
CHANNELS = [(str(channel), channel.name) for channel in Channel]
TRAYS = [(str(tray), str(tray)) for tray in Tray]


class SenderState(models.TextChoices):
    """Life of a sender (access and login §3.5); a retired number is never used again."""

    DRAFT = "DRAFT"
    CONFIGURED = "CONFIGURED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    RETIRED = "RETIRED"


class TechnicalUserState(models.TextChoices):
    """Whether the machine account may sign in."""

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    BLOCKED = "BLOCKED"
    REMOVED = "REMOVED"


class KeyState(models.TextChoices):
    """Whether an SSH key opens the door."""

    ACTIVE = "ACTIVE"
    REVOKED = "REVOKED"


class TechnicalUser(models.Model):
    """The machine account of a sender, in the name of a contact person with IT knowledge.

    Without a `quality` it belongs to the standard quality of the entity. Who is `blocked_with_account` works again with it.
    """

    user_name = models.CharField(max_length=64, unique=True)
    entity = models.ForeignKey("access.Entity", on_delete=models.PROTECT, related_name="+")
    quality = models.CharField(max_length=32, blank=True)
    contact_name = models.CharField(max_length=100)
    contact_address = models.EmailField()
    contact_phone = models.CharField(max_length=30, blank=True, default="", db_default="")
    state = models.CharField(max_length=8, choices=TechnicalUserState, default=TechnicalUserState.DRAFT)
    blocked_with_account = models.BooleanField(default=False, db_default=False)


class Sender(models.Model):
    """The party that exchanges files, by its number; with `ebox_copy`, its notifications go into its entity's e-Box too.

    `suspended_by` says in whose power it was suspended, and so who lets it go on.
    """

    number = models.CharField(max_length=6, primary_key=True)
    entity = models.ForeignKey("access.Entity", on_delete=models.PROTECT, related_name="+")
    technical_user = models.OneToOneField(TechnicalUser, on_delete=models.PROTECT, related_name="sender")
    state = models.CharField(max_length=10, choices=SenderState, default=SenderState.DRAFT)
    suspended_by = models.CharField(max_length=8, blank=True, default="", db_default="")
    language = models.CharField(max_length=2, choices=[(str(e), e.name) for e in Language], default=Language.EN)
    ebox_copy = models.BooleanField(default=False, db_default=False)

    class Meta:
        """Six digits from 000001 to 999998."""

        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]{6}$") & ~Q(number__in=["000000", "999999"]),
                name="sender_number_six_digits",
            ),
            one_of("state", SenderState.values, name="sender_state_known"),
            tells_who_stopped("suspended_by", stopped="SUSPENDED", name="suspended_sender_by_whom"),
            one_of("language", Language, name="sender_language_known"),
        ]


class SenderChannel(models.Model):
    """A channel that is open for a sender; with `is_unsigned`, its sets may come through it without FS files."""

    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="channels")
    channel = models.CharField(max_length=16, choices=CHANNELS)
    is_unsigned = models.BooleanField(default=False, db_default=False)

    class Meta:
        """A channel is open or not; only over the web service may signatures be left out."""

        constraints = [
            models.UniqueConstraint(fields=["sender", "channel"], name="sender_channel_once"),
            one_of("channel", Channel, name="sender_channel_known"),
            models.CheckConstraint(
                condition=Q(is_unsigned=False) | Q(channel=Channel.WEB_SERVICE), name="sender_channel_unsigned_by_web"
            ),
        ]


class SenderService(models.Model):
    """A message that a sender may deliver in an environment."""

    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="services")
    purpose = models.CharField(max_length=4)
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)

    class Meta:
        """A service is configured or not."""

        constraints = [
            models.UniqueConstraint(fields=["sender", "purpose", "environment"], name="sender_service_once"),
            in_an_environment("sender_service"),
        ]


class SshKey(models.Model):
    """A public key that opens the SFTP door for a technical user; `blob` is its SSH wire form."""

    technical_user = models.ForeignKey(TechnicalUser, on_delete=models.PROTECT, related_name="ssh_keys")
    algorithm = models.CharField(max_length=64)
    blob = models.BinaryField(max_length=2048)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=KeyState, default=KeyState.ACTIVE)
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """A living key belongs to one technical user."""

        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"],
                name="ssh_key_of_one_user",
                condition=Q(state="ACTIVE"),
            ),
            one_of("state", KeyState.values, name="ssh_key_state_known"),
        ]


class SenderCertificate(models.Model):
    """A certificate attached to a sender; used for signature files from `valid_from` until `valid_until`.

    `noticed_days` is the smallest number of days before its end of which the technical user was told; `revoked_at` is when
    its authority's data were first seen to say that it is revoked, None as long as they do not.
    """

    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="certificates")
    der = models.BinaryField(max_length=16384)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=[(s, s) for s in CertificateState], default=CertificateState.ACTIVE)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    registered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    noticed_days = models.PositiveSmallIntegerField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """One certificate signs for one sender."""

        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                name="certificate_of_one_sender",
                condition=Q(state="ACTIVE"),
            ),
            one_of("state", CertificateState, name="certificate_state_known"),
            models.CheckConstraint(
                condition=Q(valid_until__gt=models.F("valid_from")),
                name="certificate_window_forward",
            ),
        ]


class TrustedState(models.TextChoices):
    """Whether a certificate of the trust list counts."""

    ACTIVE = "ACTIVE"
    WITHDRAWN = "WITHDRAWN"


class TrustedCertificate(models.Model):
    """A certificate authority of the trust list; `source` says where it came from."""

    sha256 = models.CharField(max_length=64, unique=True)
    der = models.BinaryField(max_length=16384)
    role = models.CharField(max_length=12, choices=[(str(r), r.name) for r in TrustRole])
    state = models.CharField(max_length=9, choices=TrustedState, default=TrustedState.ACTIVE)
    subject = models.CharField(max_length=500)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    source = models.CharField(max_length=500)
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """What was trusted stays on record when it is withdrawn."""

        constraints = [
            one_of("role", TrustRole, name="trusted_role_known"),
            one_of("state", TrustedState.values, name="trusted_state_known"),
        ]


class RevocationRecord(models.Model):
    """A CRL or OCSP response; `obtained_at` is when its source was last seen to offer it.

    `issuer` is the SHA-256 of the issuer's DER name, `certificate` the serial number (hexadecimal) that an OCSP response
    is about.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=4, choices=[(str(k), k.name) for k in RevocationKind])
    der = models.BinaryField()
    issuer = models.CharField(max_length=64)
    certificate = models.CharField(max_length=64, blank=True)
    this_update = models.DateTimeField()
    next_update = models.DateTimeField(null=True)
    obtained_at = models.DateTimeField()
    source = models.CharField(max_length=500)

    class Meta:
        """The newest of an issuer (and certificate) is looked for."""

        constraints = [one_of("kind", RevocationKind, name="revocation_kind_known")]
        indexes = [models.Index(fields=["issuer", "certificate", "-this_update"], name="revocation_newest")]


class DeliveryState(models.TextChoices):
    """Life of a delivery until it becomes a submission or nothing."""

    OPEN = "OPEN"
    SEALED = "SEALED"
    CANCELLED = "CANCELLED"
    LAPSED = "LAPSED"


class Delivery(models.Model):
    """The files of one set while they arrive in one tray of one sender."""

    owner = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="deliveries")
    tray = models.CharField(max_length=9, choices=TRAYS)
    purpose = models.CharField(max_length=4)
    named_sender = models.CharField(max_length=6)
    name_date = models.DateField()
    sequence = models.CharField(max_length=5)
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    state = models.CharField(max_length=9, choices=DeliveryState, default=DeliveryState.OPEN)
    opened_at = models.DateTimeField()
    go_ahead_at = models.DateTimeField(null=True)

    class Meta:
        """At most one delivery of a set is open."""

        constraints = [
            models.UniqueConstraint(
                fields=["owner", "tray", "purpose", "named_sender", "name_date", "sequence", "environment"],
                name="delivery_open_once",
                condition=Q(state="OPEN"),
            ),
            one_of("state", DeliveryState.values, name="delivery_state_known"),
            one_of("tray", Tray, name="delivery_tray_known"),
            in_an_environment("delivery"),
        ]
        indexes = [models.Index(fields=["opened_at"], name="delivery_open", condition=Q(state="OPEN"))]


class StagedFile(models.Model):
    """One file in a sender's inbox; `upload` names the handle whose close counts, `path` lies under the staging root.

    `channel` is the one its latest upload came through, `announced_size` what that said the file will have;
    `earlier_channels` are other ones, through which the bytes came that it went on from. A file under a temporary name
    belongs to no delivery yet.
    """

    owner = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="staged_files")
    tray = models.CharField(max_length=9, choices=TRAYS)
    channel = models.CharField(max_length=16, choices=CHANNELS, default=Channel.SFTP, db_default=Channel.SFTP)
    earlier_channels = ArrayField(models.CharField(max_length=16), default=list, db_default=[])
    name = models.CharField(max_length=64)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, null=True, related_name="files")
    prefix = models.CharField(max_length=2, blank=True, choices=[(str(p), p.name) for p in Prefix])
    part = models.PositiveSmallIntegerField(null=True)
    declared_parts = models.PositiveSmallIntegerField(null=True)
    path = models.CharField(max_length=200)
    size = models.BigIntegerField(default=0)
    upload = models.UUIDField()
    modified_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    announced_size = models.BigIntegerField(null=True)

    class Meta:
        """A tray shows a name once."""

        constraints = [
            models.UniqueConstraint(fields=["owner", "tray", "name"], name="staged_name_once"),
            one_of("tray", INBOXES, name="staged_in_an_inbox"),
            one_of("channel", Channel, name="staged_channel_known"),
            all_of("earlier_channels", Channel, name="staged_earlier_channels_known"),
        ]

    @property
    def channels(self) -> frozenset[Channel]:
        """Every channel through which bytes of it came."""
        return frozenset(map(Channel, (self.channel, *self.earlier_channels)))
