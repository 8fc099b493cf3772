"""The numbers that bound the FTP door: what one connection, one source, one sender may cost it."""

from dataclasses import dataclass

from domain.network_addresses import IpNetwork


@dataclass(frozen=True, slots=True)
class FtpSettings:
    """Limits of the door; sizes in bytes, times in seconds.

    `connections`, `before_login` and `before_login_per_source` hold for one worker process, `per_source` and `per_sender` for all of them
    together. `passive_ports` are the ports that clients connect to for data, any free one where there are none;
    `masquerade_address` is what PASV tells instead of the door's own address. `failures` failed logins within
    `failure_window` ban a source for `ban`; behind addresses in `exempt` come many senders, so that failures are counted by user
    name there and `before_login_per_source` and `per_source` do not hold; a password that was right is known again for `remember`. An upload without TLS that has ended
    counts when its client is still there after `last_look`.
    """

    passive_ports: range = range(0)
    masquerade_address: str = ""
    connections: int = 600
    before_login: int = 200
    before_login_per_source: int = 60
    per_source: int = 200
    per_sender: int = 50
    login_grace: float = 30.0
    login_tries: int = 3
    failures: int = 10
    failure_window: float = 300.0
    ban: float = 900.0
    exempt: frozenset[IpNetwork] = frozenset()
    remember: float = 300.0
    idle: float = 600.0
    stall: float = 60.0
    connect: float = 30.0
    last_look: float = 0.02
    recheck: float = 2.0
    drain: float = 15.0
    command: int = 512
    commands_waiting: int = 32
    threads: int = 6
