"""What a password is worth that was made with codes: it depends on who said where the codes go (decision 0045). Pure."""

from auth.models import TemporaryCredentialKind
from domain.assurance import AssuranceLevel


def level_of_password(kind: TemporaryCredentialKind, *, has_national_number: bool) -> AssuranceLevel:
    """Return the level that the password proves from now on.

    A company says where codes of its invitations go, and chooses the passwords that it gives. What others declared of somebody
    stands under his national number, which the company types too: for him such a password proves no more than that the
    company wants it so. Who has no number is known to that company alone.
    """
    if kind is TemporaryCredentialKind.ACTIVATION or not has_national_number:
        return AssuranceLevel.PASSWORD
    return AssuranceLevel.SELF_REGISTERED
