"""Tell one state of the code that judges from any other, so that nothing is used that another one left behind."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

_FOLDERS = ("domain", "ingest", "registers", "schemas", "validators")
_KINDS = frozenset({".py", ".toml", ".xsd"})


@cache
def code_revision() -> str:
    """Return the version of this program and a digest of what it judges and prepares declarations with.

    A checkout changes without a new version, hence the digest. The parser counts too.
    """
    root = Path(__file__).resolve().parent.parent
    return f"{version('guichet')} {version('lxml')} {digest_of(root)}"


def digest_of(root: Path) -> str:
    """Return the digest of the code and the tables below `root`: their names and bytes."""
    digest = hashlib.sha256()
    for folder in _FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in _KINDS:
                content = path.read_bytes()
                digest.update(f"{path.relative_to(root)}\0{len(content)}\0".encode())
                digest.update(content)
    return digest.hexdigest()
