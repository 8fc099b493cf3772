"""Put a label before what it labels, with a colon as the reader's language writes it."""

from django.utils.translation import gettext as _


def labelled(label: object, value: object) -> str:
    """Return both, such as `Technical user: 123456`; nothing else may write a colon that no message has."""
    return _("%(label)s: %(value)s") % {"label": label, "value": value}
