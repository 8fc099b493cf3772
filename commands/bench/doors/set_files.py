"""Files of sets to send, named as the counter wants them, each name used once."""

import secrets
from pathlib import Path

from commands.authority import utc_now
from domain.brussels import brussels_date

PAYLOAD_BYTES, SIGNATURE_BYTES = 20_000, 2_500
FILES_OF_A_SET = 3
_BLOCK = 1_000_000


class SetFiles:
    """Writes files into a folder of its own."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender
        self._number = 0
        folder.mkdir()

    def next_key(self) -> str:
        """Return what the names of the next set have in common."""
        self._number += 1
        return f"DIMN.{self._sender}.{brussels_date(utc_now()):%Y%m%d}.{self._number:05d}.R"

    def write(self, name: str, size: int) -> Path:
        """Write one file."""
        path = self._folder / name
        with path.open("wb") as file:
            for at in range(0, size, _BLOCK):
                file.write(secrets.token_bytes(min(_BLOCK, size - at)))
        return path

    def write_sets(self, count: int) -> list[Path]:
        """Write sets of three files that are sealed once the last of them is closed."""
        keys = [self.next_key() for _ in range(count)]
        return [file for key in keys for file in (*self._parts(key), self.write(f"GO.{key}.1", 0))]

    def write_parts(self, count: int) -> list[Path]:
        """Write payloads and signature files whose GO never comes."""
        return [file for _ in range(-(-count // 2)) for file in self._parts(self.next_key())][:count]

    def clear(self) -> None:
        """Remove what was written."""
        for file in self._folder.iterdir():
            file.unlink()

    def _parts(self, key: str) -> tuple[Path, Path]:
        payload = self.write(f"FI.{key}.1.1", PAYLOAD_BYTES)
        return payload, self.write(f"FS.{key}.1.1", SIGNATURE_BYTES)
