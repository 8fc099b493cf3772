"""Deliveries while they are open: which files belong together, and when a set is complete."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from enum import Enum

from django.db.models import Q, QuerySet

from channels.models import Delivery, DeliveryState, StagedFile
from channels.senders import STANDING_COLUMNS, SenderStanding
from domain.channels import Channel
from domain.environments import Environment, Tray
from domain.filenames import Prefix, SetKey
from domain.reception_rules import ReceptionRules
from domain.sender_numbers import SenderNumber
from evidence.prepared import open_prepared

_FILE_COLUMNS = tuple(field.attname for field in StagedFile._meta.concrete_fields)  # noqa: SLF001 - Django's own way
_STANDING_AND_FILES = f"""
SELECT {STANDING_COLUMNS}, {", ".join(f"file.{column}" for column in _FILE_COLUMNS)}
  FROM channels_sender AS sender
  LEFT JOIN channels_stagedfile AS file ON file.delivery_id = %(delivery)s::bigint
 WHERE sender.number = %(owner)s::text
 ORDER BY file.closed_at NULLS LAST, file.id
"""  # noqa: S608 - the names of the model's own columns
_OF_STANDING = len(fields(SenderStanding))


@dataclass(frozen=True, slots=True)
class ArrivedFile:
    """What completeness depends on: which file of the set, and whether its last upload was closed."""

    prefix: Prefix
    part: int
    declared_parts: int
    is_closed: bool


class SignatureFiles(Enum):
    """Whether the FS files of a set have to be there (batch protocol §2.5)."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    FORBIDDEN = "forbidden"


def signature_files(
    environment: Environment,
    channels: Collection[Channel],
    rules: ReceptionRules,
    *,
    unsigned: Collection[str] = (),
) -> SignatureFiles:
    """Return what holds for sets of that environment whose files came through those channels, one at least.

    The channels' own signature outweighs the environment, but only where it covers every file of the set. So it is with the
    channels through which its sender may come `unsigned`: there FS files may be left out, and are verified where they are.
    """
    if rules.unsigned_channels.issuperset(channels):
        return SignatureFiles.FORBIDDEN
    may_lack_them = environment is Environment.SIMULATION or set(unsigned).issuperset(channels)
    return SignatureFiles.OPTIONAL if may_lack_them else SignatureFiles.REQUIRED


def is_complete(files: Sequence[ArrivedFile], *, signatures: SignatureFiles, last: Prefix) -> bool:
    """Whether the set holds its go-ahead and every payload and signature that it announces, all of them closed.

    `files` are in the order of their closes: of several go-aheads the last counts.

    Where signature files may be absent, a go-ahead that comes last says that none will follow; after an early one they
    are waited for, until the grace for missing parts is over. Where they are forbidden, none is waited for, unless it is
    under way already, which is not looked at here.
    """
    go_ahead = next((file for file in reversed(files) if file.prefix is Prefix.GO_AHEAD), None)
    if go_ahead is None or not all(file.is_closed for file in files):
        return False
    announced = set(range(1, go_ahead.declared_parts + 1))
    payloads = {file.part for file in files if file.prefix is Prefix.PAYLOAD}
    signed = {file.part for file in files if file.prefix is Prefix.SIGNATURE}
    may_lack_signatures = signatures is SignatureFiles.FORBIDDEN or (
        signatures is SignatureFiles.OPTIONAL and not signed and last is Prefix.GO_AHEAD
    )
    return announced <= payloads and (announced <= signed or may_lack_signatures)


def look_into(delivery: Delivery) -> tuple[list[StagedFile], SenderStanding]:
    """Return the files of a delivery and how its sender stands now, which its seal keeps; one statement tells both.

    The files are in the order of their closes; those that are being written anew come last.
    """
    values: dict[str, str | int] = {
        "delivery": delivery.pk,
        "owner": delivery.owner_id,
        "purpose": delivery.purpose,
        "served_in": Tray(delivery.tray).environment,
    }
    with open_prepared() as cursor:
        cursor.execute(_STANDING_AND_FILES, values)
        rows = [(row[:_OF_STANDING], row[_OF_STANDING:]) for row in cursor.fetchall()]
    files = [StagedFile(**dict(zip(_FILE_COLUMNS, file, strict=True))) for _, file in rows]
    return [file for file in files if file.pk is not None], SenderStanding(*rows[0][0])


def begun_files(owner: SenderNumber, tray: Tray, key: SetKey) -> QuerySet[StagedFile]:
    """Return the files of that set whose first upload is under way, or was cut; no delivery has them yet."""
    return StagedFile.objects.filter(owner_id=str(owner), tray=tray, delivery=None, name__regex=pattern_of_names(key))


def pattern_of_names(key: SetKey) -> str:
    """Return the regular expression of the names of a set's files, for the database."""
    return rf"^(FI|FS|GO)\.{re.escape(str(key))}(\.[1-9])?(\.[1-9])?$"


def key_of(delivery: Delivery) -> SetKey:
    """Return elements 2 to 6 of the names of a delivery."""
    return SetKey(
        purpose=delivery.purpose,
        sender=SenderNumber(delivery.named_sender),
        date=delivery.name_date,
        sequence=delivery.sequence,
        environment=Environment(delivery.environment),
    )


def arrived(file: StagedFile) -> ArrivedFile:
    """Return a staged file of a delivery as the rule sees it."""
    if file.part is None or file.declared_parts is None:
        message = f"staged file {file.pk} belongs to a delivery without part numbers"
        raise ValueError(message)
    return ArrivedFile(Prefix(file.prefix), file.part, file.declared_parts, file.closed_at is not None)


def lock_open_delivery(owner: SenderNumber, tray: Tray, key: SetKey) -> Delivery | None:
    """Return the open delivery of that set, locked until the transaction ends."""
    return Delivery.objects.select_for_update().filter(state=DeliveryState.OPEN, **_columns(owner, tray, key)).first()


def lock_deliveries_of_files(owner: SenderNumber, tray: Tray, names: Collection[str], key: SetKey | None) -> None:
    """Lock every delivery that staged files of those names belong to, and the open one of `key`, all in one order."""
    of_files = StagedFile.objects.filter(owner_id=str(owner), tray=tray, name__in=names).values("delivery_id")
    concerned = Q(pk__in=of_files)
    if key is not None:
        concerned |= Q(state=DeliveryState.OPEN, **_columns(owner, tray, key))
    list(Delivery.objects.select_for_update().filter(concerned).order_by("pk").values_list("pk"))


def _columns(owner: SenderNumber, tray: Tray, key: SetKey) -> dict[str, object]:
    return {
        "owner_id": str(owner),
        "tray": tray,
        "purpose": key.purpose,
        "named_sender": str(key.sender),
        "name_date": key.date,
        "sequence": key.sequence,
        "environment": key.environment,
    }
