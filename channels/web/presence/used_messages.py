"""Remember signed messages for as long as they would be taken, so that none is taken twice."""

from datetime import datetime

from channels.models import UsedMessage
from evidence.prepared import open_prepared

_REMEMBER = """
    INSERT INTO channels_usedmessage (digest, expires_at) VALUES (%s::bytea, %s::timestamptz) ON CONFLICT DO NOTHING
"""


def remember_message(digest: bytes, *, until: datetime) -> bool:
    """Note that a message is taken; False when it was taken before, by whichever process. One query."""
    with open_prepared() as cursor:
        cursor.execute(_REMEMBER, [digest, until])
        return bool(cursor.rowcount == 1)


def forget_message(digest: bytes) -> None:
    """Let the same message be taken again, since an outage of ours kept it from its effect."""
    UsedMessage.objects.filter(digest=digest).delete()
