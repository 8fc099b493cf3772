"""What codes open, and a password that was made with them: it depends on who said where they go (decisions 0039, 0045, 0050). Pure."""

from auth.models import TemporaryCredentialKind
from domain.assurance import AssuranceLevel


def level_of_password(kind: TemporaryCredentialKind, *, has_national_number: bool) -> AssuranceLevel:
    """Return the level that the password proves from now on.

    A company says where codes of its invitations go, and chooses the passwords that it gives. What others declared of
    somebody stands under his national number, which the company types too: for him such a password proves no more than
    that the company wants it so. Who has no number is known to that company alone.
    """
    if kind in {TemporaryCredentialKind.ACTIVATION, TemporaryCredentialKind.CHIEF} or not has_national_number:
        return AssuranceLevel.PASSWORD
    return AssuranceLevel.SELF_REGISTERED


def gives_an_app(kind: TemporaryCredentialKind, *, has_national_number: bool) -> bool:
    """Return whether the codes let their owner set up an app at once, and so reach level 400."""
    match kind:
        case TemporaryCredentialKind.ACTIVATION | TemporaryCredentialKind.CHIEF:
            return True
        case TemporaryCredentialKind.INVITATION:
            return not has_national_number
        case TemporaryCredentialKind.NEW_PASSWORD:
            return False


def makes_address_a_key(kind: TemporaryCredentialKind) -> bool:
    """Return whether the address to which the user name went is a key from then on, for codes by e-mail (seed 002).

    Only an officer who saw documents says so of the person himself; no manager's page opens by such codes.
    """
    return kind is TemporaryCredentialKind.ACTIVATION


def confines(kind: TemporaryCredentialKind, *, has_national_number: bool) -> bool:
    """Return whether keys that were made with the codes count for the company of the codes alone.

    A caller says where codes of a main access manager go, and tells the number of the person.
    """
    return kind is TemporaryCredentialKind.CHIEF and has_national_number
