"""Say where the product's database is, for every process the same way: by environment or by what its launcher wrote."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from domain.refusals import OutageError


def find_database_url(home: Path, environment: Mapping[str, str], *, name: str = "DATABASE_URL") -> str | None:
    """Return the libpq URL that the variable `name` gives, else the one in `<home>/run`; None where there is neither.

    `DATABASE_PASSWORD_FILE` names a file with the password that the URL of the environment leaves out. Raises
    OutageError when the URL is none, that file cannot be read or the URL cannot take a password.
    """
    url = environment.get(name)
    if url:
        _require_address(url, name=name)
        return complete_with_password(url, environment)
    written = home / "run" / name.lower()
    return written.read_text(encoding="utf-8").strip() if written.exists() else None


def _require_address(url: str, *, name: str) -> None:
    try:
        conninfo_to_dict(url)
    except ProgrammingError:
        # neither the address nor what the library says of it is shown: a password may stand in both
        raise OutageError(f"{name} is no address of PostgreSQL, such as postgresql://user@host:5432/guichet") from None


def complete_with_password(url: str, environment: Mapping[str, str]) -> str:
    """Return `url` with the password that `DATABASE_PASSWORD_FILE` names; unchanged where it names none.

    Raises OutageError when that file cannot be read, or the URL names no user or a password of its own.
    """
    password_file = environment.get("DATABASE_PASSWORD_FILE")
    if not password_file:
        return url
    try:
        password = Path(password_file).read_text(encoding="utf-8").strip()
    except OSError as trouble:
        raise OutageError(f"DATABASE_PASSWORD_FILE {password_file} cannot be read: {trouble.strerror}") from trouble
    parts = urlsplit(url)
    user, at, place = parts.netloc.rpartition("@")
    if not at or ":" in user:
        raise OutageError("DATABASE_PASSWORD_FILE is for a DATABASE_URL that names a user and no password")
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{place}").geturl()
