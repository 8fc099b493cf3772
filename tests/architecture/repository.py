"""Read the repository as its checks see it: its rooms, its modules, its tracked files, its documents."""

import ast
import re
import subprocess
from collections.abc import Collection, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "auth",
    "channels",
    "commands",
    "correspondence",
    "domain",
    "eid_agent",
    "evidence",
    "ingest",
    "portal",
    "registers",
    "sender",
    "sftp_server",
    "signing",
    "validators",
)
"""The import packages; `dags` is code too, but no package."""
OUR_NAMES = (*ROOMS, "dags", "schemas", "tests")
"""Every name at the top that Python may import from the repository root."""

_FENCE = re.compile(r"^ *```([a-z]*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_CONTINUED = re.compile(r"\\\n\s*")


def tracked_files() -> list[Path]:
    """Return every file that is in the repository; what lies beside it for a while is nobody's business here."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def shown(path: Path) -> str:
    """Return the path as messages show it."""
    return path.relative_to(ROOT).as_posix()


def modules(*folders: str) -> list[Path]:
    """Return the Python files below the folders, migrations left out."""
    return [
        path
        for path in tracked_files()
        if path.suffix == ".py" and shown(path).split("/")[0] in folders and path.parent.name != "migrations"
    ]


def parsed(path: Path) -> ast.Module:
    """Return the module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def saying(words: Collection[str], paths: list[Path]) -> list[Path]:
    """Return the files that hold one of the words: parsing all others, to look for what is named so, takes most of a check."""
    said = re.compile("|".join(map(re.escape, sorted(words))))
    return [path for path in paths if said.search(path.read_text(encoding="utf-8"))]


def imported_names(tree: ast.Module) -> Iterator[str]:
    """Yield every module that the tree imports, by its full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def documents() -> list[Path]:
    """Return every document for people: the README, the change log and all of `docs/`."""
    return [path for path in tracked_files() if path.suffix == ".md" and shown(path).split("/")[0] in DOCUMENT_PLACES]


DOCUMENT_PLACES = ("README.md", "CHANGELOG.md", "docs")


def code_blocks(path: Path, *languages: str) -> list[str]:
    """Return the fenced blocks of the document in one of the languages, continued lines joined."""
    found = _FENCE.findall(path.read_text(encoding="utf-8"))
    return [_CONTINUED.sub(" ", block) for language, block in found if language in languages]


def table_rows(path: Path) -> list[list[str]]:
    """Return the cells of every table row of a Markdown document, head rows included, rules left out."""
    return [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("|") and not set(line) <= set("|-: ")
    ]


def first_column(path: Path) -> list[str]:
    """Return the first cell of every row whose first cell is code, without its marks."""
    return [row[0].strip("`") for row in table_rows(path) if row[0].startswith("`")]
