"""What a WSGI server runs: `gunicorn yumiao.config.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yumiao.config.settings")
application = get_wsgi_application()
