"""The portal as an ASGI application, for gunicorn: the web service under /api/, pages everywhere else."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
_pages = get_asgi_application()

from django.conf import settings  # noqa: E402 - only after Django was set up

from portal.application import Portal  # noqa: E402
from portal.web_service import compose_web_service  # noqa: E402

application = Portal(_pages, compose_web_service(settings.GUICHET))
