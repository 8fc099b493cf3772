"""What is asked about the doors that a sender comes through, and about who is told of answers."""

from collections.abc import Collection
from enum import StrEnum

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from channels.configuring.public_files import LONGEST_FILE
from domain.webhook_addresses import LONGEST_ADDRESS
from portal.pages.files import SizedFileField, largest_public_file
from portal.pages.forms import CounterForm
from portal.pages.labelled import labelled
from portal.pages.structured_reports.words import NETWORKS

_LONGEST_KID = 64


class Powers(StrEnum):
    """What a program may do with the messages that its sender may deliver."""

    DELIVER = "deliver"
    READ = "read"


class NoticeMeans(StrEnum):
    """How somebody is told that answers are ready."""

    EMAIL = "EMAIL"
    WEBHOOK = "WEBHOOK"


class NetworksForm(CounterForm):
    """The closed networks from which a sender may come over FTP without TLS."""

    def __init__(self, *args: object, names: Collection[str], may_add: Collection[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._may_add = set(may_add)
        self.fields["networks"] = forms.MultipleChoiceField(
            label=_("Networks"),
            help_text=_("Over these leased lines FTP works without TLS. From anywhere else it works with TLS alone."),
            choices=[(name, labelled(name, NETWORKS[name]) if name in NETWORKS else name) for name in names],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def clean_networks(self) -> list[str]:
        """Return the chosen names; others than provinces and municipalities can only leave networks."""
        chosen: list[str] = self.cleaned_data["networks"]
        if set(chosen) - self._may_add:
            raise forms.ValidationError(
                _(
                    "These networks are for provinces and municipalities, and your company is not known as one here. "
                    "Use FTP with TLS, SFTP or the web service."
                )
            )
        return chosen


class LoginCertificateForm(CounterForm):
    """A certificate that a program shows in TLS to sign in over FTP."""

    certificate = SizedFileField(
        largest=largest_public_file,
        label=_("Certificate"),
        help_text=_(
            "The certificate that the program shows in TLS, as PEM or DER of %(size)s at most. Its private key stays with the program."
        ),
        error_messages={
            "required": _("Choose a certificate."),
            "empty": _("The file is empty. Choose the certificate."),
        },
    )

    def read(self) -> bytes:
        """Return the bytes of the file, no more than tell that they are too many."""
        raw: bytes = self.cleaned_data["certificate"].read(LONGEST_FILE + 1)
        return raw


class PublicKeyForm(CounterForm):
    """A public key that verifies what a program says of itself."""

    key = SizedFileField(
        largest=largest_public_file,
        label=_("Public key"),
        help_text=_(
            "A JWK, or a public key or certificate as PEM, of %(size)s at most: RSA of at least 2048 bits, or the curve P-256."
        ),
        error_messages={
            "required": _("Choose the file with the public key."),
            "empty": _("The file is empty. Choose the file with the public key."),
        },
    )
    kid = forms.CharField(
        label=_("Name of the key (kid)"),
        help_text=_("Left empty, it is the kid in the JWK, or else the thumbprint of the key."),
        required=False,
        max_length=_LONGEST_KID,
        validators=[
            RegexValidator(r"\A[\x21-\x7e]+\Z", _("Use letters, digits and signs without accents and blanks only."))
        ],
        error_messages={"max_length": _("Give at most 64 characters.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def read(self) -> bytes:
        """Return the bytes of the file, no more than tell that they are too many."""
        raw: bytes = self.cleaned_data["key"].read(LONGEST_FILE + 1)
        return raw


class ProgramForm(PublicKeyForm):
    """A program at the web service, with its first key."""

    powers = forms.ChoiceField(
        label=_("What the program may do"),
        help_text=_("For which messages is said by the services of the sender."),
        choices=[(str(Powers.DELIVER), _("deliver, and read answers")), (str(Powers.READ), _("read answers only"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the program may do.")},
    )


class NoticeForm(CounterForm):
    """Who is to be told that answers are ready."""

    means = forms.ChoiceField(
        label=_("How"),
        choices=[
            (str(NoticeMeans.EMAIL), _("by e-mail to the technical user")),
            (str(NoticeMeans.WEBHOOK), _("by a request to a receiver of your own (webhook)")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you want to be told.")},
    )
    address = forms.CharField(
        label=_("Address of the receiver"),
        help_text=_(
            "For a webhook only, like https://receiver.example/answers. It must be reachable from the Internet."
        ),
        max_length=LONGEST_ADDRESS,
        error_messages={
            "required": _("Give the address of the receiver."),
            "max_length": _("This is no address of a receiver. It begins with https:// and is shorter."),
        },
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].required = not self.is_bound or self.data.get("means") == NoticeMeans.WEBHOOK
