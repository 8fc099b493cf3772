"""Gather what the pages say and compile the catalogues of four languages: `make messages`, without gettext's programs.

The catalogues of every page stand in `portal/locale/`; those of one page group in `portal/pages/<group>/locale/`, and
hold what its own modules and templates say besides. The source speaks English, so that the English catalogue fills itself. The
compiled `.mo` files are in the repository: nothing is compiled where the portal runs.
"""

import io
import re
import sys
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from domain.french_marks import keep_marks

PORTAL = Path(__file__).resolve().parent
LANGUAGES = ("nl", "fr", "de", "en")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_OWN = "portal"
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
"""The same catalogue is compiled to the same bytes on every day."""
_HEAD = b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: %s\\n"\n\n'

_BEFORE_A_SIGN = re.compile(" (?=%%)")
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

Message = str | tuple[str, str]
Key = tuple[Message, str | None]


def groups() -> tuple[str, ...]:
    """Return the page groups that have words of their own, in order."""
    return tuple(sorted(path.parent.name for path in PORTAL.glob("pages/*/urls.py")))


def catalogue_path(group: str, language: str) -> Path:
    """Return where the catalogue of a page group stands; the group `portal` is every page."""
    root = PORTAL / "locale" if group == _OWN else PORTAL / "pages" / group / "locale"
    return root / language / "LC_MESSAGES" / "django.po"


def words_of_every_group() -> dict[str, list[Key]]:
    """Return what each group says, in the order in which it is found; what every page says is not said again."""
    of_every_page = _said_in(_sources(_OWN))
    said = {_OWN: of_every_page}
    for group in groups():
        said[group] = [key for key in _said_in(_sources(group)) if key not in of_every_page]
    return said


def read_catalogue(path: Path, language: str) -> Catalog:
    """Read a catalogue; an empty one when there is none yet."""
    if not path.exists():
        return Catalog(locale=language, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalogue: Catalog) -> bytes:
    """Return the catalogue as gettext reads it at run time; messages without a translation are left out.

    A sign of per cent, and a mark that French sets apart, stay on the line of the word before them.
    """
    made = deepcopy(catalogue)
    made.creation_date = made.revision_date = _NO_DATE
    for message in made:
        if message.id:
            message.string = _unbroken(message.string, str(made.locale))
    into = io.BytesIO()
    write_mo(into, made)
    return into.getvalue()


def _unbroken(string: Any, language: str) -> Any:  # noqa: ANN401 - a text, or one for each plural form
    if not isinstance(string, str):
        return tuple(_unbroken(each, language) for each in string)
    kept = _BEFORE_A_SIGN.sub(_NO_BREAK_SPACE, string)
    return keep_marks(kept) if language == "fr" else kept


def rendered(catalogue: Catalog) -> bytes:
    """Return the catalogue as it is written, in one form however it was edited: a short head, then the messages."""
    into = io.BytesIO()
    write_po(into, catalogue, width=120, omit_header=True, ignore_obsolete=True)
    return _HEAD.replace(b"%s", str(catalogue.plural_forms).encode()) + into.getvalue().lstrip(b"\n")


def completed(kept: Catalog, keys: list[Key], language: str) -> Catalog:
    """Return a catalogue of exactly `keys`, with the translations that `kept` has; English translates itself."""
    made = Catalog(locale=language, fuzzy=False)
    for message, context in keys:
        before = kept.get(message if isinstance(message, str) else message[0], context)
        string = before.string if before is not None else ""
        if language == "en":
            string = message
        elif isinstance(message, tuple) and isinstance(string, str):
            string = ("", "")
        made.add(message, string, context=context)
    return made


def write_all() -> list[Path]:
    """Write every catalogue and compile it; returns those that still lack a translation."""
    lacking = []
    for group, keys in words_of_every_group().items():
        for language in LANGUAGES:
            path = catalogue_path(group, language)
            if not keys and not path.exists():
                continue
            catalogue = completed(_kept(group, language), keys, language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(rendered(catalogue))
            path.with_suffix(".mo").write_bytes(compiled(read_catalogue(path, language)))
            if any(is_lacking(message.string) for message in catalogue if message.id):
                lacking.append(path)
    return lacking


def is_lacking(string: Any) -> bool:  # noqa: ANN401 - a text, or one for each plural form
    """Whether a translation, or one of its plural forms, is not there."""
    return not string or (not isinstance(string, str) and not all(string))


def _kept(group: str, language: str) -> Catalog:
    """Return what is translated already: in the group's catalogue, or, for words that moved, in any other."""
    kept = read_catalogue(catalogue_path(group, language), language)
    for other in (_OWN, *groups()):
        for message in read_catalogue(catalogue_path(other, language), language):
            if message.id and kept.get(_first(message.id), message.context) is None:
                kept.add(message.id, message.string, context=message.context)
    return kept


def _first(message: Any) -> str:  # noqa: ANN401 - a text, or one for each plural form
    return message if isinstance(message, str) else str(message[0])


def _sources(group: str) -> Iterator[Path]:
    if group != _OWN:
        yield from sorted((PORTAL / "pages" / group).rglob("*.py"))
        yield from sorted((PORTAL / "templates" / group).rglob("*.html"))
        return
    for path in (*sorted(PORTAL.rglob("*.py")), *sorted((PORTAL / "templates").rglob("*.html"))):
        inside = path.relative_to(PORTAL).parts
        if inside[0] in {"pages", "templates"} and inside[1] in groups():
            continue
        if path != Path(__file__).resolve():
            yield path


def _said_in(paths: Iterator[Path]) -> list[Key]:
    found: dict[Key, None] = {}
    for path in paths:
        text = path.read_text(encoding="utf-8")
        code = templatize(text, origin=str(path)) if path.suffix == ".html" else text
        calls: Iterator[Any] = extract_python(io.BytesIO(code.encode()), KEYWORDS, [], {})
        for _line, function, message, _comments in calls:
            found[_key(function, message)] = None
    return list(found)


def _key(function: str, message: str | tuple[str | None, ...]) -> Key:
    parts = (message,) if isinstance(message, str) else tuple(part for part in message if isinstance(part, str))
    if "pgettext" in function:
        context, *rest = parts
        return (rest[0] if len(rest) == 1 else (rest[0], rest[1])), context
    return (parts[0] if not function.startswith("n") else (parts[0], parts[1])), None


if __name__ == "__main__":
    without = write_all()
    for path in without:
        sys.stdout.write(f"{path.relative_to(PORTAL.parent)} lacks translations\n")
    sys.exit(1 if without else 0)
