"""Whom a company that invites him sends first codes, as a part of queries of user accounts; it sends nothing itself."""

from django.db.models import Exists, OuterRef, Q

from registers.access.company_rules import belongs_elsewhere
from registers.access.models import EntityAccount
from registers.persons.models import PersonDetails


def gets_first_codes(has_keys: Q) -> Q:
    """Return whether the person of a user account gets codes from its company, `has_keys` whether he signs in already.

    Nobody gets any who has keys or cannot be reached on two ways, nor from a company that takes no passwords. Who belongs to
    another company too gets none: they would take the place of those that he waits for (decision 0048).
    """
    reachable = PersonDetails.objects.filter(person_id=OuterRef("person_id")).exclude(email="").exclude(mobile="")
    refuses_passwords = EntityAccount.objects.filter(entity_id=OuterRef("entity_id"), is_password_login_allowed=False)
    return Q(Exists(reachable), ~Exists(refuses_passwords)) & ~has_keys & ~belongs_elsewhere()
