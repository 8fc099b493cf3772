"""One SFTP session: take requests from a channel one after the other, answer each, let go of what is left open."""

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from types import MappingProxyType
from typing import TypeAlias

import structlog
from paramiko import Channel

from domain.brussels import Clock
from domain.mailbox_refusals import OutsideTrays
from sftp_server import file_requests, packets, path_requests
from sftp_server.door_settings import DoorSettings
from sftp_server.handles import OpenHandles
from sftp_server.packet_reader import PacketReader
from sftp_server.packets import Fields, Kind, MalformedPacketError, StatusCode
from sftp_server.ports import MailboxView, Operation
from sftp_server.statuses import Unsupported, is_ours, status_of
from sftp_server.visits import Visit

log = structlog.get_logger()

Answer: TypeAlias = Callable[[Visit, int, Fields], bytes]


def _refuse_unknown(_visit: Visit, _request: int, _fields: Fields) -> bytes:
    raise Unsupported("the door does not know this request")


_ANSWERS: Mapping[int, Answer] = MappingProxyType(
    {
        Kind.OPEN: file_requests.open_file,
        Kind.CLOSE: file_requests.close,
        Kind.READ: file_requests.read,
        Kind.WRITE: file_requests.write,
        Kind.LSTAT: path_requests.stat,
        Kind.FSTAT: file_requests.stat_handle,
        Kind.SETSTAT: path_requests.set_attributes,
        Kind.FSETSTAT: file_requests.set_handle_attributes,
        Kind.OPENDIR: path_requests.open_listing,
        Kind.READDIR: path_requests.read_listing,
        Kind.REMOVE: path_requests.remove,
        Kind.MKDIR: path_requests.make_directory,
        Kind.RMDIR: path_requests.remove_directory,
        Kind.REALPATH: path_requests.real_path,
        Kind.STAT: path_requests.stat,
        Kind.RENAME: path_requests.rename,
        Kind.READLINK: path_requests.link,
        Kind.SYMLINK: path_requests.link,
        Kind.EXTENDED: path_requests.extended,
    },
)
_DATA_PATH = frozenset({Kind.READ, Kind.WRITE, Kind.READDIR, Kind.FSTAT, Kind.REALPATH})
_TOLD_TO_NOBODY = frozenset({Kind.STAT, Kind.LSTAT, Kind.OPENDIR, Kind.REALPATH, Kind.MKDIR, Kind.FSTAT, Kind.READDIR})
"""Requests whose refusal no operator sees, unless they lead out of the trays: clients look for what is not there all the
time."""
_MOST_TOLD = 200
"""Refusals of one session that are logged one by one."""
_PACKET_OVERHEAD = 1024
_BLOCK = 32 * 1024


class Session:
    """The requests of one channel, answered in order by the thread that calls `serve`."""

    def __init__(
        self, channel: Channel, *, operation: Operation, settings: DoorSettings, number: str, peer: str
    ) -> None:
        self._channel = channel
        self._operation = operation
        self._settings = settings
        self._log = log.bind(session=number, peer=peer)
        self._reader = PacketReader(channel.recv, limit=settings.request + _PACKET_OVERHEAD)
        self._answering = threading.Lock()
        self._is_stopping = False
        self._refused = 0
        self._ended = threading.Event()

    def serve(self, open_mailbox: Callable[[], MailboxView], clock: Clock) -> None:
        """Answer requests until the client or `ask_to_stop` ends the session; uploads then open are abandoned."""
        self._channel.settimeout(self._settings.idle)
        handles = OpenHandles(limit=self._settings.open_files)
        try:
            with self._operation():
                mailbox = open_mailbox()
            if self._greet():
                self._answer_all(Visit(mailbox, clock, self._settings, handles))
                self._say_how_it_ended()
        except TimeoutError:
            self._log.info("sftp session idle too long", seconds=self._settings.idle)
        except MalformedPacketError as error:
            self._log.warning("sftp session broken off", reason=str(error))
        except (EOFError, OSError) as error:
            self._log.info("sftp session lost", reason=type(error).__name__)
        except Exception:  # noqa: BLE001 - the root of a thread: logged, and the client is disconnected
            self._log.exception("sftp session failed")
        finally:
            self._let_go(handles)
            if self._refused > _MOST_TOLD:
                self._log.info("sftp requests refused", requests=self._refused)
            self._ended.set()

    def ask_to_stop(self) -> None:
        """End the session now, or after the answer to the request in flight; returns at once."""
        self._is_stopping = True
        if self._answering.acquire(blocking=False):
            try:
                with contextlib.suppress(EOFError, OSError):
                    self._channel.close()
            finally:
                self._answering.release()

    def wait_ended(self, *, until: float) -> bool:
        """Whether the session ended, its uploads abandoned, before the monotonic instant `until`."""
        return self._ended.wait(max(until - time.monotonic(), 0.0))

    def _greet(self) -> bool:
        packet = self._reader.read_packet()
        if packet is None:
            return False
        if packet[0] != Kind.INIT:
            raise MalformedPacketError("the first packet is no INIT")
        self._send(packets.render_version(path_requests.EXTENSIONS))
        return True

    def _answer_all(self, visit: Visit) -> None:
        while not self._is_stopping and (packet := self._reader.read_packet()) is not None:
            with self._answering:
                if self._is_stopping:
                    return
                self._send(self._answer(visit, packet))

    def _say_how_it_ended(self) -> None:
        """Tell a client that has said its last word that all went well: scp takes silence for a failure."""
        if not self._channel.closed:
            with contextlib.suppress(EOFError, OSError):
                self._channel.send_exit_status(0)

    def _answer(self, visit: Visit, packet: bytes) -> bytes:
        fields = Fields(packet)
        kind, request = fields.byte(), fields.uint32()
        try:
            answer = _ANSWERS.get(kind, _refuse_unknown)
            with nullcontext() if kind in _DATA_PATH else self._operation():
                return answer(visit, request, fields)
        except Exception as error:  # noqa: BLE001 - one failed request must end neither the session nor the worker
            code, text = status_of(error)
            self._note_failure(kind, code, error)
            return packets.render_status(request, code, text)

    def _note_failure(self, kind: int, code: StatusCode, error: Exception) -> None:
        fields = {"request": Kind(kind).name if kind in _ANSWERS else kind, "status": code.name}
        if is_ours(error):
            self._log.error("sftp request failed", **fields, exc_info=error)
        elif kind in _TOLD_TO_NOBODY and not isinstance(error, OutsideTrays):
            self._log.debug("sftp request refused", **fields, reason=type(error).__name__)
        else:
            self._refused += 1
            if self._refused <= _MOST_TOLD:
                self._log.info("sftp request refused", **fields, reason=type(error).__name__)

    def _send(self, reply: bytes) -> None:
        with memoryview(reply) as view:
            at = 0
            while at < len(reply):
                sent = self._channel.send(view[at : at + _BLOCK].tobytes())
                if sent == 0:
                    raise EOFError
                at += sent

    def _let_go(self, handles: OpenHandles) -> None:
        for thing in handles.take_all():
            try:
                with self._operation():
                    thing.let_go()
            except Exception:  # noqa: BLE001 - the others must be let go of as well
                self._log.exception("sftp file not let go of")
