"""A session over the web service: files go in ranges, answers come one by one, and each reply says what was done.

Files are always sent one by one, never a set in one request: so they are resumed, and continued over another channel, as
everywhere, and the go-ahead goes last. Its reply alone says that the set is sealed.
"""

import json
from collections.abc import Iterator, Sequence
from functools import partial
from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import quote

import httpx

from domain.environments import Tray
from domain.filenames import Prefix
from sender.progress import Advance
from sender.sessions.contract import CounterTroubleError, NotSealedError, RemoteFile, require_size
from sender.sessions.web_requests import WebRequests, translated
from sender.troubles import ExitCode

_CHUNK = 256 * 1024
_LONGEST_RANGE = 128 * 1024 * 1024
"""The counter copies what arrived before a range, so that long ones cost it least."""
_PAGE = "500"
_MOST_PAGES = 10_000
_CONTENT = ("FO.", "CO.")
_GO_AHEAD = f"{Prefix.GO_AHEAD}."
_SEALED, _CLOSED, _MORE = HTTPStatus.ACCEPTED, HTTPStatus.OK, HTTPStatus.PERMANENT_REDIRECT
_GONE = HTTPStatus.NOT_FOUND
_ANSWERS = "/api/v1/answers"


class WebSession:
    """A session with one mailbox over the web service."""

    def __init__(self, requests: WebRequests, *, longest_range: int = _LONGEST_RANGE) -> None:
        self._requests = requests
        self._longest_range = longest_range
        self._sizes: dict[str, int] = {}
        self._unclosed: set[RemoteFile] = set()

    def size_of(self, file: RemoteFile) -> int | None:
        """Return the size in bytes of a staged file or of an answer that was listed; None when there is none."""
        if not file.tray.is_inbox:
            return self._sizes.get(file.name)
        response = self._requests.ask("GET", _part(file), params=_environment(file.tray), allowed=(_CLOSED, _GONE))
        self._unclosed.discard(file)
        if response.status_code == _GONE:
            return None
        told = _object(response)
        if told.get("is_closed") is False:
            self._unclosed.add(file)
        return _number(told, "received")

    def names_in(self, tray: Tray) -> Sequence[str]:
        """Return the names of the answers that wait: content, signature and go-ahead of each."""
        names = []
        for answer in self._waiting(tray):
            name, size = str(answer.get("name")), answer.get("size")
            self._sizes[name] = size if isinstance(size, int) else 0
            names += [name, f"FS{name[2:]}", f"GO{name[2:]}"]
        return names

    def upload(self, file: RemoteFile, content: BinaryIO, *, offset: int, size: int) -> None:
        """Write `content` to `file` in ranges, the last of which closes it.

        A file that arrived whole was closed by its last range; where the counter says that it was not, it is sent anew, since
        nothing else can close it.
        """
        if size and offset == size:
            if file not in self._unclosed:
                return
            offset = 0
        content.seek(offset)
        status: int = _MORE
        while status == _MORE:
            end = min(offset + self._longest_range, size)
            status = self._put(file, content, offset, end, size)
            offset = end
        if file.name.startswith(_GO_AHEAD) and status != _SEALED:
            raise NotSealedError(
                f"The counter has {file.name} and did not seal its set: some file of it did not arrive whole.",
                next_step="Run the same command with --again: it sends every file of the set from its beginning.",
                exit_code=ExitCode.INTERRUPTED,
            )

    def download(self, file: RemoteFile, target: BinaryIO, advance: Advance) -> None:
        """Read a file of an answer to its end into `target`."""
        with self._requests.opened("GET", _answer(file)) as response:
            pieces = response.iter_raw(_CHUNK)
            while chunk := _next(pieces):
                target.write(chunk)
                advance(len(chunk))

    def remove(self, file: RemoteFile) -> None:
        """Remove a staged file, or say that an answer was collected: its content stands for all its files."""
        if file.tray.is_inbox:
            path, params = _part(file), _environment(file.tray)
        elif file.name.startswith(_CONTENT):
            path, params = _answer(file), {}
        else:
            return
        self._requests.ask("DELETE", path, params=params, allowed=(HTTPStatus.NO_CONTENT, _GONE))

    def _put(self, file: RemoteFile, content: BinaryIO, offset: int, end: int, size: int) -> int:
        is_whole = offset == 0 and end == size
        response = self._requests.put(
            _part(file),
            partial(_pieces, content, offset, end, size),
            length=end - offset,
            params=_environment(file.tray),
            headers={} if is_whole else {"Content-Range": f"bytes {offset}-{end - 1}/{size}"},
            allowed=(_CLOSED, _SEALED, _MORE),
        )
        if response.status_code != _SEALED:
            require_size(_number(_object(response), "received"), end)
        if (response.status_code == _MORE) is (end == size):
            raise CounterTroubleError(f"it takes {end} of {size} bytes for another share of the file")
        return response.status_code

    def _waiting(self, tray: Tray) -> Iterator[dict[str, object]]:
        after = "0"
        for _ in range(_MOST_PAGES):
            asked = {**_environment(tray), "limit": _PAGE, "after": after}
            page = _object(self._requests.ask("GET", _ANSWERS, params=asked))
            answers = page.get("answers")
            if not isinstance(answers, list) or not all(isinstance(answer, dict) for answer in answers):
                raise CounterTroubleError("its list of answers cannot be read")
            yield from answers
            if page.get("next") is None or not answers:
                return
            after = str(_number(answers[-1], "place"))


def _pieces(content: BinaryIO, offset: int, end: int, size: int) -> Iterator[bytes]:
    """Yield the bytes from `offset` to `end`; SenderError, so that the request breaks off, when the file has others."""
    content.seek(offset)
    while offset < end:
        chunk = content.read(min(_CHUNK, end - offset))
        if not chunk:
            require_size(offset, size)
        offset += len(chunk)
        if offset == size and (more := content.read(1)):
            require_size(size, size + len(more))
        yield chunk


def _next(pieces: Iterator[bytes]) -> bytes:
    with translated():
        return next(pieces, b"")


def _part(file: RemoteFile) -> str:
    return f"/api/v1/deliveries/{quote(file.name, safe='')}/parts"


def _answer(file: RemoteFile) -> str:
    prefix, _, id_ = file.name.partition(".")
    path = f"{_ANSWERS}/{quote(id_, safe='')}"
    return f"{path}/signature" if prefix == Prefix.SIGNATURE else path


def _environment(tray: Tray) -> dict[str, str]:
    return {"environment": str(tray.environment)}


def _object(response: httpx.Response) -> dict[str, object]:
    try:
        told = json.loads(response.content)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise CounterTroubleError("its answer cannot be read")
    return told


def _number(told: dict[str, object], name: str) -> int:
    value = told.get(name)
    if not isinstance(value, int):
        raise CounterTroubleError(f"its answer has no {name}")
    return value
