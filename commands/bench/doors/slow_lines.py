"""Slow clients on bare lines in one process: silent at any door, idle or dribbling at FTP, long-polling or dribbling at the web."""

import asyncio
import contextlib
import json
import ssl
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from commands.bench.doors.client_lines import say
from commands.bench.doors.https_connections import render_delivery, render_get

_BEAT_SECONDS = 1.0
_DRIBBLE = b"x" * 100
_DRIBBLED_PAYLOAD = 200_000
_UPLOAD_BEATS = 300
_COMING_AT_ONCE = 20

Told = Mapping[str, Any]
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Crowd:
    """All lines of this process; each is opened again when the door ends it."""

    def __init__(self, clients: list[Told], context: ssl.SSLContext, tokens: Mapping[str, str]) -> None:
        self._context = context
        self.tokens = tokens
        self._coming = asyncio.Semaphore(_COMING_AT_ONCE)
        self.held = 0
        self.comings = 0
        self.trouble = ""
        self._tasks = [asyncio.create_task(self._stay(client)) for client in clients]

    async def leave(self) -> None:
        """End every line."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _stay(self, told: Told) -> None:
        behave = _KINDS[told["kind"]]
        while True:
            writer: asyncio.StreamWriter | None = None
            is_held = False
            try:
                async with self._coming:
                    reader, writer = await self._open(told)
                    going_on = await behave((reader, writer), {**told, "token": self.tokens[told["user"]]})
                    self.comings += 1
                    self.held += 1
                    is_held = True
                await going_on
            except (OSError, EOFError, ValueError, asyncio.IncompleteReadError) as trouble:
                self.trouble = f"{told['kind']}: {trouble}"
                await asyncio.sleep(_BEAT_SECONDS)
            finally:
                self.held -= is_held
                if writer is not None:
                    writer.transport.abort()

    async def _open(self, told: Told) -> Line:
        options: dict[str, Any] = {"local_addr": (told["source"], 0)}
        if told["kind"] in _OVER_TLS:
            options |= {"ssl": self._context, "server_hostname": "localhost"}
        return await asyncio.open_connection("127.0.0.1", told["port"], **options)


async def _say_nothing(line: Line, _told: Told) -> Awaitable[None]:
    return _wait_for_end(line[0])


async def _wait_for_end(reader: asyncio.StreamReader) -> None:
    while await reader.read(4096):
        pass


async def _idle_at_ftp(line: Line, told: Told) -> Awaitable[None]:
    await _log_in(line, told)
    return _wait_for_end(line[0])


async def _dribble_at_ftp(line: Line, told: Told) -> Awaitable[None]:
    await _log_in(line, told)
    port = int((await _ask(line, "EPSV", "229")).split("|||")[1].split("|")[0])
    _, data = await asyncio.open_connection("127.0.0.1", port, local_addr=(told["source"], 0))
    await _ask(line, f"STOR {told['name']}", "150")
    return _dribble(data)


async def _dribble(writer: asyncio.StreamWriter) -> None:
    try:
        for _ in range(_UPLOAD_BEATS):
            writer.write(_DRIBBLE)
            await writer.drain()
            await asyncio.sleep(_BEAT_SECONDS)
    finally:
        writer.transport.abort()


async def _log_in(line: Line, told: Told) -> None:
    await _expect(line, "220")
    for words, code in (
        (f"USER {told['user']}", "331"),
        (f"PASS {told['password']}", "230"),
        ("TYPE I", "200"),
        ("CWD IN", "250"),
    ):
        await _ask(line, words, code)


async def _ask(line: Line, words: str, code: str) -> str:
    line[1].write(f"{words}\r\n".encode("ascii"))
    return await _expect(line, code)


async def _expect(line: Line, code: str) -> str:
    said = (await line[0].readline()).decode("latin-1")
    while said[3:4] == "-":
        said = (await line[0].readline()).decode("latin-1")
    if not said.startswith(code):
        message = f"the server said {said!r}, not {code}"
        raise ValueError(message)
    return said


async def _poll(line: Line, told: Told) -> Awaitable[None]:
    return _go_on_polling(line, told)


async def _go_on_polling(line: Line, told: Told) -> None:
    reader, writer = line
    request = render_get("/api/v1/answers?wait=60", port=told["port"], token=told["token"])
    while True:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        if not head.startswith("http/1.1 200"):
            message = f"the web service answered {head.splitlines()[0]!r}"
            raise ValueError(message)
        await reader.readexactly(int(head.partition("content-length:")[2].split("\r\n")[0]))


async def _dribble_at_web(line: Line, told: Told) -> Awaitable[None]:
    request = render_delivery(
        told["name"], payload=b"x" * _DRIBBLED_PAYLOAD, signature=b"", port=told["port"], token=told["token"]
    )
    head = request.find(b"\r\n\r\n") + 500
    line[1].write(request[:head])
    return _go_on_dribbling(line, request[head:])


async def _go_on_dribbling(line: Line, rest: bytes) -> None:
    reader, writer = line
    for at in range(0, len(rest), len(_DRIBBLE)):
        writer.write(rest[at : at + len(_DRIBBLE)])
        with contextlib.suppress(TimeoutError):
            if not await asyncio.wait_for(reader.read(1), _BEAT_SECONDS):
                raise EOFError
            return  # it was answered: too slow


_KINDS: Mapping[str, Callable[[Line, Told], Awaitable[Awaitable[None]]]] = {
    "silent": _say_nothing,
    "silent-tls": _say_nothing,
    "ftp-idle": _idle_at_ftp,
    "ftp-dribble": _dribble_at_ftp,
    "web-poll": _poll,
    "web-dribble": _dribble_at_web,
}
_OVER_TLS = frozenset({"silent-tls", "web-poll", "web-dribble"})


async def main() -> None:
    """Begin with the first message; tell at each how many are there, how often one came and what kept the last away."""
    crowd: Crowd | None = None
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        told = json.loads(line)
        if crowd is None:
            crowd = Crowd(told["clients"], ssl.create_default_context(cafile=told["authority"]), told["tokens"])
        crowd.tokens = told["tokens"]
        say({"held": crowd.held, "comings": crowd.comings, "trouble": crowd.trouble})
    if crowd is not None:
        await crowd.leave()


if __name__ == "__main__":
    asyncio.run(main())
