"""Whether a person made his password from activation codes; asked by who lets the first chief of a company begin."""

from datetime import datetime

from auth.models import TemporaryCredential, TemporaryCredentialKind, TemporaryCredentialState


class ConsumedCodes:
    """Looks among the temporary passwords that were replaced by one of the person's own."""

    def were_consumed(self, person_id: int, *, since: datetime) -> bool:
        """Whether codes that were issued at `since` or later led to the person's present password."""
        return TemporaryCredential.objects.filter(
            login__person_id=person_id,
            kind__in=[TemporaryCredentialKind.ACTIVATION, TemporaryCredentialKind.CHIEF],
            state=TemporaryCredentialState.CONSUMED,
            issued_at__gte=since,
        ).exists()
