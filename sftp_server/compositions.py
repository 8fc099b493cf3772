"""What a door is made of, put together by a composition root."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic

from paramiko import PKey

from domain.brussels import Clock
from sftp_server.door_settings import DoorSettings
from sftp_server.ports import Door, KeyDirectory, LoginT, Operation


@dataclass(frozen=True, slots=True)
class Composition(Generic[LoginT]):
    """Everything the door is made of; `sender_of` names whom a login's sessions are counted for.

    `host_keys` are in use; clients learn `coming_host_keys` as well, before these take over.
    """

    keys: KeyDirectory[LoginT]
    door: Door[LoginT]
    operation: Operation
    clock: Clock
    host_keys: Sequence[PKey]
    settings: DoorSettings
    sender_of: Callable[[LoginT], str] = str
    coming_host_keys: Sequence[PKey] = ()
