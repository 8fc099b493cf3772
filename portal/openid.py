"""Compose the clients of itsme and eIDAS from the settings, and lead who comes back from there into a stay.

The room between the providers, the register of persons and signing in.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property, lru_cache

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from auth.limits import limits
from auth.locksmith import Locksmith
from auth.models import Purpose
from auth.openid import profiles
from auth.openid.client import OpenIdClient, Wish
from auth.openid.client_keys import ClientKeyFile
from auth.openid.matching import Reach, StandingRequest, find_request
from auth.openid.outcomes import Identified, IdentityPending, OpenIdOutcome
from auth.openid.pending import find_pending, keep_pending, use_up_pending
from auth.openid.profiles import Profile
from auth.openid.provider_documents import ProviderDocuments
from auth.openid.stored_attempts import StoredAttempts
from auth.openid.transport import HttpTransport, Transport, trusting
from auth.proofs import Source
from auth.refusals import SignInRefusedError
from auth.signing_in import browser_of
from auth.throttles import Claim, reserve, source_of
from domain.assurance import AssuranceLevel
from domain.languages import Language
from domain.refusals import OutageError
from domain.sign_in_limits import Scope
from evidence.audit import append_event
from ingest.take_requests import take_request
from portal.configuration import Configuration
from portal.pages.another_way import way_to_another_key
from portal.pages.paths import next_path
from portal.pages.refusals import StaleForm
from portal.pages.stays import stay_of, store_of
from portal.proven_persons import ProvenPersons, enter

log = structlog.get_logger()

PENDING = "identity_pending"
"""Where the browser's session keeps the handle of an identity that is still to be matched."""

_REFERENCE_BYTES = 4
_ANOTHER_WAY = "openid_another_way"


class Providers:
    """The providers that are configured, each with its client; made once for a process."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._clients: dict[str, OpenIdClient] = {}

    def find(self, name: str) -> OpenIdClient | None:
        """Return the client of a provider; None where it is not configured. OutageError when keys cannot be read."""
        if name not in self._clients:
            profile = next((one for one in self._profiles() if one.name == name), None)
            if profile is None:
                return None
            self._clients[name] = self._compose(profile)
        return self._clients[name]

    @cached_property
    def locksmith(self) -> Locksmith:
        """What seals logins under way."""
        return Locksmith.read(self._configuration.home / "keys" / "signing_in.json")

    @cached_property
    def key_file(self) -> ClientKeyFile:
        """Our keys at every provider."""
        return ClientKeyFile(self._configuration.home / "keys" / "openid.json")

    @cached_property
    def persons(self) -> ProvenPersons:
        """The persons of this installation."""
        return ProvenPersons(self._configuration.home / "keys" / "persons.json")

    def _profiles(self) -> list[Profile]:
        itsme, eidas = self._configuration.itsme, self._configuration.eidas
        found = []
        if itsme.client_id:
            found.append(
                profiles.itsme(issuer=itsme.issuer, client_id=itsme.client_id, service=itsme.service, least=itsme.acr)
            )
        if eidas.client_id:
            found.append(profiles.eidas(issuer=eidas.issuer, client_id=eidas.client_id, least=eidas.acr))
        return found

    @cached_property
    def _transport(self) -> Transport:
        openid = self._configuration.openid
        return HttpTransport(trusting(openid.ca), seconds=openid.seconds)

    def _compose(self, profile: Profile) -> OpenIdClient:
        public_url = self._configuration.web.public_url.rstrip("/")
        return OpenIdClient(
            profile=profile,
            redirect_uri=f"{public_url}/login/{profile.name}/callback",
            documents=ProviderDocuments(profile.issuer, self._transport),
            transport=self._transport,
            keys=self.key_file.current,
            attempts=StoredAttempts(profile.means, self.locksmith),
            randomness=secrets.token_bytes,
            tolerance=timedelta(seconds=self._configuration.openid.clock_tolerance_seconds),
            max_age=limits().sessions.fresh,
        )


@lru_cache(maxsize=1)
def providers() -> Providers:
    """Return the providers of this process."""
    return Providers(settings.GUICHET)


def begin_login(request: HttpRequest, client: OpenIdClient, *, at: datetime) -> str:
    """Return where to send the browser; raises as OpenIdClient.begin, and TooManyAttemptsError."""
    _count(request, at=at)
    wish, store = wish_of(request), store_of(request)
    store[_ANOTHER_WAY] = way_to_another_key(stay_of(request), request.GET)
    return client.begin(wish, browser=browser_of(store), at=at)


def finish_login(
    request: HttpRequest, client: OpenIdClient, answer: Mapping[str, str], *, at: datetime
) -> OpenIdOutcome:
    """Return what came of the login whose answer the browser brings; raises as OpenIdClient.finish, and as begin_login."""
    _count(request, at=at)
    return client.finish(answer, browser=browser_of(store_of(request)), at=at)


def another_way(request: HttpRequest) -> str:
    """Return where the person who was last sent away chooses another way, which still leads where he wanted to go."""
    return str(store_of(request).get(_ANOTHER_WAY) or reverse("sign-in"))


def _count(request: HttpRequest, *, at: datetime) -> None:
    """Count for the source of the request: whatever it asks for leaves rows behind."""
    address = source_of(request.META.get("REMOTE_ADDR", ""))
    reserve([Claim(Scope.PROVIDER_SOURCE, address)], locksmith=providers().locksmith, at=at)


def wish_of(request: HttpRequest) -> Wish:
    """Return what for: `level` in the query strengthens the stay there is, `next` says where to go on afterwards."""
    return_to, language = next_path(request, otherwise=""), Language(get_language() or Language.EN)
    stay, level = stay_of(request), request.GET.get("level", "")
    if stay is None or level not in {str(int(known)) for known in AssuranceLevel}:
        return Wish(Purpose.SIGN_IN, return_to, language)
    required = AssuranceLevel(max(int(level), stay.reached_level))
    return Wish(Purpose.STEP_UP, return_to, language, level=required, login_id=stay.login_id)


def complete(request: HttpRequest, identified: Identified, *, at: datetime) -> IdentityPending | None:
    """Begin or strengthen the stay of who was identified; who is known to nobody here is pending instead.

    SignInRefusedError when the login is blocked, or the stay to be strengthened is somebody else's.
    """
    identity, persons = identified.identity, providers().persons
    if persons.find(identity, at=at) is None:
        return IdentityPending.of(identified)
    enter(
        store_of(request),
        identity,
        persons=persons,
        purpose=Purpose(identified.attempt.purpose),
        required=identity.level,
        source=request_source(request),
        at=at,
    )
    return None


def keep_for_matching(request: HttpRequest, pending: IdentityPending, *, at: datetime) -> None:
    """Keep, sealed and for this browser alone, who is to be matched, until he leaves an address and a number."""
    store = store_of(request)
    handle = keep_pending(pending, browser=browser_of(store), locksmith=providers().locksmith, at=at)
    store[PENDING] = handle
    append_event("account:login:identity_pending", at=at, actor="nobody", means=str(pending.means))


def is_pending(request: HttpRequest, *, at: datetime) -> bool:
    """Whether somebody unknown proved himself in this browser, and has not told yet how he is reached."""
    return _pending_of(request, at=at) is not None


def standing_request(request: HttpRequest, *, at: datetime) -> StandingRequest | None:
    """Return what stands of who proved himself in this browser, if he told before how he is reached."""
    pending = _pending_of(request, at=at)
    return None if pending is None else find_request(pending, locksmith=providers().locksmith)


def tell_reach(request: HttpRequest, reach: Reach, *, at: datetime) -> None:
    """Let an officer look up who proved himself in this browser; StaleForm where nobody did, or told it already."""
    pending, store = _pending_of(request, at=at), store_of(request)
    if pending is None:
        raise StaleForm
    language = Language(get_language() or Language.EN)
    phone, locksmith = settings.GUICHET.office.phone, providers().locksmith
    take_request(pending, reach, phone=phone, language=language, locksmith=locksmith, at=at)
    use_up_pending(store[PENDING], browser=browser_of(store), locksmith=providers().locksmith, at=at)


def _pending_of(request: HttpRequest, *, at: datetime) -> IdentityPending | None:
    store = store_of(request)
    handle = store.get(PENDING)
    if not isinstance(handle, str):
        return None
    try:
        return find_pending(handle, browser=browser_of(store), locksmith=providers().locksmith, at=at)
    except SignInRefusedError:
        return None


def record_refusal(request: HttpRequest, provider: str, fault: str, *, at: datetime) -> str:
    """Append that an answer proved nobody, and return the code under which it is found again."""
    reference = secrets.token_hex(_REFERENCE_BYTES)
    append_event(
        "account:login:failure",
        at=at,
        actor="nobody",
        reason=fault,
        means=provider.upper(),
        reference=reference,
        source=request_source(request).address,
    )
    return reference


def note_outage(provider: str, outage: OutageError) -> None:
    """Tell the operator's log that a provider cannot be used, by its fault or by ours."""
    log.warning("identity provider unavailable", provider=provider, trouble=str(outage))


def request_source(request: HttpRequest) -> Source:
    """Return where a request comes from."""
    return Source(address=request.META.get("REMOTE_ADDR", ""), agent=request.META.get("HTTP_USER_AGENT", ""))
