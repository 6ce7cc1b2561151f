"""The web process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
_django = get_wsgi_application()

from playground.operations.checks import refuse_open_door  # noqa: E402
from playground.web.request_bodies import counting  # noqa: E402 - after Django was set up

refuse_open_door()  # whatever server loads this
application = counting(_django)
