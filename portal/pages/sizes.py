"""Tell how large a file is, in the reader's language; no zero follows the point where nothing does."""

from django.template.defaultfilters import filesizeformat
from django.utils.formats import get_format


def size_told(size: int) -> str:
    """Return the bytes in the unit that fits, such as `512 KB` or `1.5 MB`."""
    return filesizeformat(size).replace(f"{get_format('DECIMAL_SEPARATOR')}0\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}")
