"""The address to which letters about own keys go: given at level 400, and proven by a code that goes there."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from auth.models import Session
from domain.assurance import AssuranceLevel
from evidence.clock import SystemClock
from portal.pages.permissions import actor_of, person_of
from portal.pages.proving_addresses import AddressPages, ask_for_address, mail_code_to, proven_address, take_code
from portal.pages.routing import Freshness, page
from portal.proven_addresses import note_address_proven
from registers.persons.details import read_details

_PAGES = AddressPages(
    remembered="notice-address",
    address="key-notices",
    code="key-notices-code",
    template="keys/notices.html",
    after="keys",
    after_title=gettext_lazy("My digital keys"),
)


@page(level=AssuranceLevel.APP_CODE, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest, stay: Session) -> HttpResponse:
    """Ask for the address, and mail it a code."""
    if not read_details([person_of(stay)]):
        raise Http404  # who has no name here is written to by nobody
    return ask_for_address(request, _PAGES, lambda wanted: mail_code_to(request, stay, wanted))


@page(level=AssuranceLevel.APP_CODE, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, stay: Session) -> HttpResponse:
    """Take the code that went to the address; letters go there from then on, and the address before is told."""

    def confirm(handle: str, given: str) -> None:
        proven = proven_address(request, stay, handle, given)
        note_address_proven(person_of(stay), proven, actor=actor_of(stay).name, at=SystemClock().now())

    return take_code(request, _PAGES, confirm, told=_("Letters about your keys go to this address from now on."))
