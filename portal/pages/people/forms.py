"""What is asked about people and their rights."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from auth.password_policy import PasswordFault, PasswordRefusedError, require_good_password
from domain.access.roles import Role
from domain.access.services import SERVICES as CATALOGUE
from domain.access.services import Right, ServiceCode
from domain.languages import Language
from domain.person_contacts import parse_email, parse_mobile
from portal.pages.forms import CounterForm
from portal.pages.names import RIGHTS, ROLES, SERVICES
from portal.pages.national_numbers import read_national_number
from portal.pages.sign_in.told import FAULTS

_LANGUAGES = (
    (Language.NL, "Nederlands"),
    (Language.FR, "Français"),
    (Language.DE, "Deutsch"),
    (Language.EN, "English"),
)
NONE = "NONE"
_PRINTABLE = RegexValidator(
    r"\A[^\x00-\x1f\x7f]*\Z", _("Leave out line breaks and other characters that cannot be printed.")
)


class AddUserForm(CounterForm):
    """Somebody who works for the company and is to use services for it."""

    first_name = forms.CharField(
        label=_("First name"),
        max_length=100,
        validators=[_PRINTABLE],
        error_messages={"required": _("Enter the first name.")},
    )
    family_name = forms.CharField(
        label=_("Family name"),
        max_length=100,
        validators=[_PRINTABLE],
        error_messages={"required": _("Enter the family name.")},
    )
    number = forms.CharField(
        label=_("National number"),
        help_text=_("Eleven digits, on the back of the identity card. Leave it empty for somebody who has none."),
        max_length=30,
        required=False,
    )
    address = forms.CharField(
        label=_("E-mail address"),
        help_text=_("The user name is sent there."),
        max_length=254,
        error_messages={"required": _("Enter the e-mail address.")},
    )
    mobile = forms.CharField(
        label=_("Mobile number"),
        help_text=_("The temporary password is sent there by SMS."),
        max_length=30,
        error_messages={"required": _("Enter the mobile number.")},
    )
    language = forms.ChoiceField(
        label=_("Language of the letters"),
        choices=[(str(code), name) for code, name in _LANGUAGES],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a language.")},
    )
    is_employed = forms.BooleanField(
        label=_("I declare that this person is employed by the company and works in this quality."),
        help_text=_("Needed where no running employment of the person is found in the register."),
        required=False,
    )

    def clean_number(self) -> str:
        """Return the digits alone, none for who has no number."""
        text = self.cleaned_data["number"].strip()
        return read_national_number(text) if text else ""

    def clean_address(self) -> str:
        """Return the address as it is stored."""
        try:
            return parse_email(self.cleaned_data["address"])
        except ValueError:
            raise ValidationError(_("Enter an e-mail address like name@example.be.")) from None

    def clean_mobile(self) -> str:
        """Return the number as + and digits."""
        try:
            return parse_mobile(self.cleaned_data["mobile"])
        except ValueError:
            raise ValidationError(_("Enter a mobile number like +32 470 12 34 56.")) from None


class RightsForm(CounterForm):
    """For each service that is open to the quality, the right that the user has, or NONE."""

    def __init__(self, *args: Any, quality: str, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        super().__init__(*args, **kwargs)
        for service in CATALOGUE.values():
            if quality in service.qualities:
                rights = [(str(right), capfirst(str(RIGHTS[right]))) for right in service.rights]
                self.fields[service.code] = forms.ChoiceField(
                    label=str(SERVICES[service.code]),
                    help_text=_("Who gives himself this right waits for a second access manager to confirm it.")
                    if service.needs_four_eyes
                    else "",
                    choices=[(NONE, _("No access")), *rights],
                    widget=forms.RadioSelect,
                    error_messages={"required": _("Choose a right or no access.")},
                )

    def chosen(self) -> dict[ServiceCode, Right | None]:
        """Return what each service is to be."""
        return {ServiceCode(code): None if said == NONE else Right(said) for code, said in self.cleaned_data.items()}


class NewPasswordForm(CounterForm):
    """A password that an access manager gives, typed twice by the rules that hold for everybody."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 10 characters, two of them digits or special characters: ;:=?./+*$%><&@#'(!{})-"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        error_messages={"required": _("Enter the new password.")},
    )
    repeated = forms.CharField(
        label=_("The new password once more"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        error_messages={"required": _("Enter the new password once more.")},
    )

    def __init__(self, *args: Any, forbidden: Iterable[str], **kwargs: Any) -> None:  # noqa: ANN401 - likewise
        super().__init__(*args, **kwargs)
        self._forbidden = tuple(forbidden)

    def clean(self) -> dict[str, Any]:
        """Refuse what the rules refuse, before anything is hashed."""
        said = super().clean() or self.cleaned_data
        if "password" in said and "repeated" in said:
            try:
                require_good_password(said["password"], repeated=said["repeated"], forbidden=self._forbidden)
            except PasswordRefusedError as refused:
                self.refuse(refused)
        return said

    def refuse(self, refused: PasswordRefusedError) -> None:
        """Tell everything that is wrong, each at its field."""
        for fault in refused.faults:
            self.add_error("repeated" if fault is PasswordFault.NOT_REPEATED else "password", str(FAULTS[fault]))


class AppointForm(CounterForm):
    """What a user of the company is to be made besides."""

    role = forms.ChoiceField(
        label=_("Role"), widget=forms.RadioSelect, error_messages={"required": _("Choose a role.")}
    )

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any) -> None:  # noqa: ANN401 - likewise
        super().__init__(*args, **kwargs)
        choices = [(str(role), capfirst(str(ROLES[role]))) for role in roles]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]
