"""Let clients learn every host key of the door, those to come too (OpenSSH's PROTOCOL §2.5, UpdateHostKeys)."""

from collections.abc import Sequence

from paramiko import Message, PKey, Transport
from paramiko.common import cMSG_GLOBAL_REQUEST

PROVE = "hostkeys-prove-00@openssh.com"
_OFFER = "hostkeys-00@openssh.com"
_MOST_ASKED = 16


def offer_host_keys(transport: Transport, keys: Sequence[PKey]) -> None:
    """Tell a client that has logged in which host keys the door has; it asks for a proof of those it does not know."""
    message = Message()
    message.add_byte(cMSG_GLOBAL_REQUEST)
    message.add_string(_OFFER)
    message.add_boolean(False)
    for key in keys:
        message.add_string(key.asbytes())
    transport._send_message(message)  # type: ignore[attr-defined]  # noqa: SLF001 - requests of a server have no public way


def prove_host_keys(keys: Sequence[PKey], request: Message, *, session: bytes) -> tuple[bytes, ...] | None:
    """Return one signature for each key that the request names; None when it names one that is not ours."""
    known = {key.asbytes(): key for key in keys}
    proofs: list[bytes] = []
    while request.get_remainder():
        blob = request.get_binary()
        if len(proofs) >= _MOST_ASKED or blob not in known:
            return None
        signed = Message()
        signed.add_string(PROVE)
        signed.add_string(session)
        signed.add_string(blob)
        key = known[blob]
        proofs.append(key.sign_ssh_data(signed.asbytes(), key.get_name()).asbytes())
    return tuple(proofs) or None
