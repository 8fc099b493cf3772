"""Keys of an installation for tests that do not ask how keys are made: made once, and laid wherever they are wanted."""

import tempfile
from functools import cache
from pathlib import Path

from commands.keys import make_missing_keys


def lay_keys(folder: Path) -> None:
    """Give `folder` every key of an installation that it lacks."""
    if (folder / "authority.key.pem").exists():
        make_missing_keys(folder)  # what it lacks is issued by the authority that it has
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, (content, mode) in _made().items():
        with (folder / name).open("xb") as file:
            file.write(content)
        (folder / name).chmod(mode)


@cache
def _made() -> dict[str, tuple[bytes, int]]:
    with tempfile.TemporaryDirectory(prefix="guichet-keys-") as folder:
        make_missing_keys(Path(folder))
        return {path.name: (path.read_bytes(), path.stat().st_mode & 0o777) for path in Path(folder).iterdir()}
