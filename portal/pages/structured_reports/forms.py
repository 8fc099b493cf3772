"""What is asked about a sender."""

from collections.abc import Collection, Mapping

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from domain.channels import Channel
from domain.environments import Environment
from domain.person_contacts import parse_mobile
from domain.ssh_keys import SshPublicKey
from portal.pages.files import SizedFileField, largest_certificate
from portal.pages.forms import CounterForm
from portal.pages.structured_reports.words import (
    CHANNELS,
    CHOSEN_MESSAGES,
    ENVIRONMENTS,
    LANGUAGES,
    MESSAGES,
    listed_channels,
)
from signing.registrations import MAX_CERTIFICATE_BYTES

_LONGEST_KEY = 4_000
_PRINTABLE = RegexValidator(
    r"\A[^\x00-\x1f\x7f]*\Z", _("Leave out line breaks and other characters that cannot be printed.")
)


class TechnicalUserForm(CounterForm):
    """The contact person with experience in IT, in whose name the sender's programs sign in."""

    name = forms.CharField(
        label=_("First name and name"),
        max_length=100,
        validators=[_PRINTABLE],
        error_messages={"required": _("Enter the name of the technical user.")},
    )
    address = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Notices about answers and certificates go there."),
        error_messages={
            "required": _("Enter the e-mail address of the technical user."),
            "invalid": _("Enter an e-mail address like name@example.be."),
        },
    )
    phone = forms.CharField(
        label=_("Telephone number"),
        max_length=30,
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Language of the answers"),
        choices=[(str(code), name) for code, name in LANGUAGES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a language.")},
    )

    def clean_phone(self) -> str:
        """Return the number as + and digits, nothing where none is given."""
        said: str = self.cleaned_data["phone"]
        if not said.strip():
            return ""
        try:
            return parse_mobile(said)
        except ValueError:
            raise forms.ValidationError(gettext("Enter a telephone number like +32 2 555 12 34.")) from None


class ChannelsForm(CounterForm):
    """The ways by which a sender delivers."""

    channels = forms.MultipleChoiceField(
        label=_("Open for this sender"),
        help_text=_("A delivery may come by one channel and its answer be collected by another."),
        choices=[(str(channel), CHANNELS[channel]) for channel in Channel],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose one channel at least.")},
    )


class SshKeyForm(CounterForm):
    """A public key by which the sender signs in over SFTP."""

    key = forms.CharField(
        label=_("Public SSH key"),
        help_text=_("The content of a file such as id_ed25519.pub. Never send the private key."),
        max_length=_LONGEST_KEY,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={
            "required": _("Paste a public SSH key."),
            "max_length": _("This is longer than any public SSH key."),
        },
    )

    def clean_key(self) -> str:
        """Return the key, one of those that the door takes."""
        text: str = self.cleaned_data["key"]
        if "PRIVATE KEY" in text:
            raise forms.ValidationError(_("This is a private key. It must never leave you: make a new one."))
        try:
            SshPublicKey.parse(text)
        except ValueError:
            raise forms.ValidationError(
                _("This is no public SSH key that the door takes. Make one with: ssh-keygen -t ed25519")
            ) from None
        return text


class CertificateForm(CounterForm):
    """A certificate that signs for a sender."""

    certificate = SizedFileField(
        largest=largest_certificate,
        label=_("Certificate"),
        help_text=_("The certificate of who signs the files, as PEM or DER of %(size)s at most."),
        error_messages={
            "required": _("Choose a certificate."),
            "empty": _("The file is empty. Choose the certificate."),
        },
    )

    def read(self) -> bytes:
        """Return the bytes of the file, no more than tell that they are too many."""
        raw: bytes = self.cleaned_data["certificate"].read(MAX_CERTIFICATE_BYTES + 1)
        return raw


class OneOfSeveralField(forms.MultipleChoiceField):
    """Boxes of which none need be ticked as long as one of another field is, so that no field is called optional."""

    is_one_of_several = True


class ServicesForm(CounterForm):
    """The messages that a sender may deliver, each in some of the environments."""

    def __init__(
        self,
        *args: object,
        besides: Collection[str],
        only_by: Mapping[str, Collection[Channel]],
        **kwargs: object,
    ) -> None:
        """Ask for all that one manager chooses; `besides` are services that the sender has and that are not asked for here.

        `only_by` are the only channels of some messages.
        """
        super().__init__(*args, **kwargs)
        self._besides = besides
        for purpose in CHOSEN_MESSAGES:
            self.fields[purpose] = OneOfSeveralField(
                label=str(MESSAGES[purpose]),
                help_text=_only_by(only_by[purpose]) if purpose in only_by else "",
                choices=[(str(environment), ENVIRONMENTS[environment]) for environment in Environment],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def clean(self) -> dict[str, object]:
        """Refuse a sender without any service."""
        chosen = super().clean() or {}
        if not self._besides and not any(chosen.get(purpose) for purpose in CHOSEN_MESSAGES):
            raise forms.ValidationError(_("Choose one service at least."))
        return chosen

    def chosen(self) -> set[tuple[str, Environment]]:
        """Return each message with each environment chosen for it."""
        return {
            (purpose, Environment(environment))
            for purpose in CHOSEN_MESSAGES
            for environment in self.cleaned_data[purpose]
        }


def _only_by(channels: Collection[Channel]) -> str:
    return gettext("Only by: %(channels)s.") % {"channels": listed_channels(channels)}
