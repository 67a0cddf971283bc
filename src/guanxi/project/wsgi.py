"""The web entry of gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from guanxi.project.patience import Patience

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.project.settings")
application = Patience(get_wsgi_application())
