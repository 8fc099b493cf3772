"""The components as tags: `{% load counter %}`; each is one template in templates/components/."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms, template
from django.conf import settings
from django.forms import BoundField
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from auth.limits import limits
from portal.pages.labelled import labelled as put_label
from portal.pages.lasting import minutes_of
from portal.pages.listings import Listing
from portal.pages.names import hours_name, means_name, quality_name
from portal.pages.overtaken import SHOWN
from portal.pages.parts import SummaryRow, Task
from portal.pages.sending_once import FIELD, new_form_token
from portal.pages.sizes import size_told

register = template.Library()

_CLASSES = {"select": "govuk-select", "textarea": "govuk-textarea", "file": "govuk-file-upload"}

_JOINTS = re.compile(
    "(haupt|hoofd|zugangs|toegangs|studien|empfangs|ontvangst|vierteljahres|kwartaal|registrierungs|registratie"
    "|nationalregister|rijksregister|unternehmens|ondernemings|anwesenheits|aanwezigheids|absender|verzender)(?=[a-zäöü]{4})",
    re.IGNORECASE,
)
"""Where long words of labels and subjects are put together, in German and Dutch."""

_KINDS: tuple[tuple[str, type[forms.Widget]], ...] = (
    ("checkboxes", forms.CheckboxSelectMultiple),
    ("radios", forms.RadioSelect),
    ("checkbox", forms.CheckboxInput),
    ("select", forms.Select),
    ("textarea", forms.Textarea),
    ("password", forms.PasswordInput),
    ("file", forms.FileInput),
)
"""How a widget is shown; the first that fits, the more special before the more general."""


register.filter("size", size_told)


@register.simple_tag(takes_context=True)
def form_token(context: Context) -> SafeString:
    """Write the hidden field by which a form that is sent twice is known."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_form_token(context["request"]))


@register.simple_tag(takes_context=True)
def shown_state(context: Context, state: str) -> SafeString:
    """Write the hidden field that tells what the page first showed, also where the form is shown again with a fault."""
    return format_html('<input type="hidden" name="{}" value="{}">', SHOWN, context["request"].POST.get(SHOWN, state))


@register.simple_tag
def labelled(label: object, value: object) -> SafeString:
    """Write a label before its value: `{% labelled label value %}`."""
    return format_html(put_label("{}", "{}"), label, value)


@register.simple_tag
def contact_phone() -> str:
    """Write the telephone number of the contact centre."""
    return str(settings.GUICHET.contact_phone)


@register.simple_tag
def contact_hours() -> str:
    """Write when the contact centre answers."""
    return hours_name(settings.GUICHET.contact_hours)


@register.simple_tag
def office_hours() -> str:
    """Write when the registration office is open."""
    return hours_name(settings.GUICHET.office.hours)


@register.simple_tag
def minutes_for(what: str) -> int:
    """Return how many minutes there are for what the limits of keys call so, such as `attempt`."""
    return minutes_of(getattr(limits().keys, what))


@register.simple_tag
def recovery_code_count() -> int:
    """Return how many recovery codes are made at a time."""
    return limits().keys.recovery_codes


@register.filter
def named_means(means: str) -> str:
    """Name the means of a stay, such as `PASSWORD+TOTP`."""
    return means_name(means)


@register.filter
def named_quality(code: str) -> str:
    """Name a quality."""
    return quality_name(code)


@register.filter
def breakable(text: str) -> str:
    """Let a long word break at its joints in a narrow column: not every browser has a dictionary of every language."""
    return _JOINTS.sub("\\1\u00ad", str(text))


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, *, width: str = "", prefix: str = "") -> dict[str, object]:
    """Show a field with its label, hint and errors; `width` is a class such as `govuk-input--width-10`."""
    kind = _kind_of(bound.field.widget)
    errors = bound.errors
    described = [f"{bound.auto_id}-hint"] if bound.help_text else []
    described += [f"{bound.auto_id}-error"] if errors else []
    return {
        "field": bound,
        "kind": kind,
        "errors": errors,
        "described": " ".join(described),
        "prefix": prefix,
        "control": _control(bound, kind, " ".join(described), width=width),
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(*shown: forms.BaseForm | str | None) -> dict[str, object]:
    """Show what is wrong with the forms, each with a link to its field; a page may have none."""
    found: list[tuple[str, str]] = []
    for form in shown:
        if not isinstance(form, forms.BaseForm) or not form.is_bound:
            continue
        found += [("", str(error)) for error in form.non_field_errors()]
        found += [(_first_id(bound), str(error)) for bound in form for error in bound.errors]
    return {"errors": found}


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Iterable[SummaryRow]) -> dict[str, object]:
    """Show keys and values, with the links to change them."""
    return {"rows": rows}


@register.inclusion_tag("components/task_list.html")
def task_list(tasks: Iterable[Task]) -> dict[str, object]:
    """Show steps and where each stands."""
    return {"tasks": tasks}


@register.inclusion_tag("components/listing.html", takes_context=True)
def listing(context: Context, shown: Listing, *, row: str, caption: str, empty: str = "") -> dict[str, Any]:
    """Show a list: search, table, pages. `row` is the template of one line, which is given `row`."""
    around: dict[str, Any] = {str(name): value for name, value in context.flatten().items()}
    return around | {"listing": shown, "row_template": row, "caption": caption, "empty": empty}


@register.inclusion_tag("components/pagination.html")
def pagination(shown: Listing) -> dict[str, object]:
    """Show the links to the other pages of a list."""
    return {"listing": shown}


@register.inclusion_tag("components/tag.html")
def tag(text: str, colour: str = "") -> dict[str, object]:
    """Show a state as a coloured word."""
    return {"text": text, "colour": colour}


def _kind_of(widget: forms.Widget) -> str:
    return next((kind for kind, known in _KINDS if isinstance(widget, known)), "input")


def _control(bound: BoundField, kind: str, described: str, *, width: str) -> SafeString | str:
    if kind in {"radios", "checkboxes", "checkbox"}:
        return ""
    base = _CLASSES.get(kind, "govuk-input")
    classes = [base, width, "govuk-password-input__input govuk-js-password-input-input" if kind == "password" else ""]
    classes += [f"{base}--error"] if bound.errors else []
    attributes: dict[str, str | bool] = {"class": " ".join(filter(None, classes))}
    if described:
        attributes["aria-describedby"] = described
    return bound.as_widget(attrs=attributes)


def _first_id(bound: BoundField) -> str:
    several = _kind_of(bound.field.widget) in {"radios", "checkboxes"}
    return f"{bound.auto_id}_0" if several else str(bound.auto_id)
