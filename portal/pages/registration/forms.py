"""What an officer notes of a visit, hands over, answers and matches."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from auth.registration_letters import QuestionAnswer
from domain.identifiers import Sex
from domain.languages import Language
from domain.person_contacts import parse_email
from domain.registration import CaseRefusal, DocumentKind, Office, RegistrationPurpose
from portal.pages.birth_dates import require_birth_date
from portal.pages.countries import countries
from portal.pages.forms import CounterForm
from portal.pages.national_numbers import read_national_number
from portal.pages.registration.words import (
    ANSWERS,
    DOCUMENTS,
    LANGUAGES,
    OFFICES,
    PURPOSES,
    REFUSALS,
)

_DAYS = ["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d"]
_PRINTABLE = RegexValidator(
    r"\A[^\x00-\x1f\x7f]*\Z", _("Leave out line breaks and other characters that cannot be printed.")
)


class DayField(forms.DateField):
    """A day, typed as day, month and year."""

    def __init__(self, *, missing: Any, **more: Any) -> None:  # noqa: ANN401 - Django's own arguments
        more["input_formats"] = _DAYS
        more.setdefault("help_text", _("Day, month and year, for example 31/12/2001"))
        more["error_messages"] = {
            "required": missing,
            "invalid": _("Enter it as day, month and year, for example 31/12/2001."),
        }
        more["widget"] = forms.DateInput(format=_DAYS[0], attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(**more)


class BirthDateField(DayField):
    """The day on which somebody was born who stands before the officer."""

    def __init__(self, **more: Any) -> None:  # noqa: ANN401 - likewise
        more.setdefault("label", _("Date of birth"))
        super().__init__(missing=_("Enter the date of birth."), validators=[require_birth_date], **more)


class NameField(forms.CharField):
    """A name as a document prints it."""

    def __init__(self, *, missing: Any, **more: Any) -> None:  # noqa: ANN401 - likewise
        more["max_length"] = 100
        more["validators"] = [_PRINTABLE]
        more["error_messages"] = {"required": missing}
        more["widget"] = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        super().__init__(**more)


class NumberForm(CounterForm):
    """A national or bis number."""

    number = forms.CharField(
        label=_("National number or bis number"),
        help_text=_("Eleven digits"),
        max_length=30,
        error_messages={"required": _("Enter the number.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_number(self) -> str:
        """Return the digits alone."""
        return read_national_number(self.cleaned_data["number"])


class SexField(forms.ChoiceField):
    """The sex that a document tells, for a bis number; a document may be silent."""

    def __init__(self, **more: Any) -> None:  # noqa: ANN401 - Django's own arguments
        told = [(str(Sex.FEMALE), _("female")), (str(Sex.MALE), _("male")), (str(Sex.UNKNOWN), _("not told"))]
        more |= {"required": False, "choices": told, "initial": str(Sex.UNKNOWN), "widget": forms.RadioSelect}
        super().__init__(label=_("Sex, as on the document"), **more)


class DocumentForm(CounterForm):
    """What the document says that is shown; whether it is accepted is judged elsewhere."""

    document = forms.ChoiceField(
        label=_("Document that is shown"),
        choices=[(str(each), DOCUMENTS[each]) for each in DOCUMENTS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the document.")},
    )
    document_country = forms.ChoiceField(
        label=_("Country that issued it"), error_messages={"required": _("Choose the country.")}
    )
    document_number = forms.CharField(
        label=_("Number of the document"),
        max_length=32,
        validators=[_PRINTABLE],
        error_messages={"required": _("Enter the number of the document.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    document_expires_on = DayField(
        label=_("Last day on which it is valid"), missing=_("Enter the last day on which it is valid.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        super().__init__(*args, **kwargs)
        choices = [("", _("Choose a country")), *countries()]
        self.fields["document_country"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen_document(self) -> DocumentKind:
        """What is shown."""
        return DocumentKind(self.cleaned_data["document"])


class VisitForm(DocumentForm, NumberForm):
    """What the officer sees and is told; what is judged is judged elsewhere."""

    office = forms.ChoiceField(
        label=_("Where are you?"),
        choices=[(str(each), OFFICES[each]) for each in Office],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say where you are.")},
    )
    has_appointment = forms.BooleanField(label=_("The person has an appointment."), required=False)
    purpose = forms.ChoiceField(
        label=_("What are the keys for?"),
        choices=[(str(each), PURPOSES[each]) for each in RegistrationPurpose],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what the keys are for.")},
    )
    family_name = NameField(label=_("Family name, as on the document"), missing=_("Enter the family name."))
    first_name = NameField(label=_("First name, as on the document"), missing=_("Enter the first name."))
    birth_date = BirthDateField()
    has_no_number = forms.BooleanField(
        label=_("The person has no Belgian number: make a bis number."),
        help_text=_("Only at the office of the social security, and only where keys can be handed over."),
        required=False,
    )
    sex = SexField()
    has_searched = forms.BooleanField(
        label=_("I looked whether the person has a Belgian number already."),
        help_text=_("Send the form without this tick to see who is registered under the family name."),
        required=False,
    )
    has_mail_address = forms.BooleanField(label=_("The person has a personal e-mail address."), required=False)
    has_proof_of_study = forms.BooleanField(
        label=_("The person shows a proof of study."),
        help_text=_("Needed for Student@work above the age of 30."),
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Language of the letters"),
        choices=LANGUAGES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a language.")},
    )
    field_order = (
        *("office", "has_appointment", "purpose", "document", "document_country", "document_number"),
        *("document_expires_on", "family_name", "first_name", "birth_date", "number", "has_no_number"),
        *("sex", "has_searched", "has_mail_address", "has_proof_of_study", "language"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        super().__init__(*args, **kwargs)
        self.fields["number"].required = False
        self.fields["number"].help_text = _("Eleven digits. Leave it empty for who has none.")

    def clean_number(self) -> str:
        """Return the digits, or nothing where none is given."""
        return super().clean_number() if self.cleaned_data["number"].strip() else ""

    def clean(self) -> dict[str, Any]:
        """A visitor has a number, or is given one by who looked before whether he has."""
        told = super().clean() or self.cleaned_data
        if "number" in told and bool(told["number"]) == bool(told.get("has_no_number")):
            missing = _("Enter the number, or say below that the person has none.")
            self.add_error("number", _("Who has a number is given no other.") if told["number"] else missing)
        elif told.get("has_no_number") and not told.get("has_searched"):
            self.add_error("has_searched", _("Look first whether the person has a number."))
        return told


class HandOverForm(CounterForm):
    """Where the link to first keys goes."""

    mail = forms.CharField(
        label=_("Personal e-mail address"),
        help_text=_("Let the person write or spell it: the link goes there, and to nobody else."),
        max_length=254,
        error_messages={"required": _("Enter the e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the letters"),
        choices=LANGUAGES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a language.")},
    )

    def clean_mail(self) -> str:
        """Return the address as it is used."""
        try:
            return parse_email(self.cleaned_data["mail"])
        except ValueError:
            raise ValidationError(_("Enter an e-mail address like name@example.be.")) from None

    @property
    def chosen_language(self) -> Language:
        """The language of the letters and of the paper."""
        return Language(self.cleaned_data["language"])


class CloseForm(CounterForm):
    """Why a case that looked well is closed all the same."""

    reason = forms.ChoiceField(
        label=_("Why are no keys handed over?"),
        choices=[(each.name, REFUSALS[each]) for each in CaseRefusal],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )


class AnswerForm(CounterForm):
    """What the officer answers to a question."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[(str(each), ANSWERS[each]) for each in QuestionAnswer],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer.")},
    )
    note = forms.CharField(
        label=_("Words of your own"),
        help_text=_("They stand below the answer. Write no number and no date of birth: mail is read by others, too."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, told_in: str, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        super().__init__(*args, **kwargs)
        self.fields["answer"].help_text = _("Language of the answer: %(language)s") % {"language": told_in}
