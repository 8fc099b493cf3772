"""The portal as an ASGI application, for gunicorn: the web service under its addresses, pages everywhere else."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402 - only after Django was set up

from portal.application import Portal  # noqa: E402
from portal.card_roots import tell_roots  # noqa: E402
from portal.page_threads import Pages  # noqa: E402
from portal.web_service import compose_web_service  # noqa: E402

tell_roots(settings.GUICHET.eid)
application = Portal(
    Pages(), compose_web_service(settings.GUICHET), longest_evidence=settings.GUICHET.evidence.max_bytes
)
