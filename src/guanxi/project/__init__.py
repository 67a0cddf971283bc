"""The only room that knows everybody: settings, addresses, command line, registrations."""

import os


def set_up() -> None:
    """Set up Django for a process of our own that is not the web server."""
    import django  # noqa: PLC0415 - the package is imported by tools that need no Django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.project.settings")
    django.setup()
