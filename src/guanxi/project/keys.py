"""Django's secret key, taken from the installation's key folder."""

import secrets
from pathlib import Path

from guanxi.ground.refusals import Refused
from guanxi.ground.secrets import keyring


def django_secret_key(home: Path) -> str:
    """The signing key of sessions and forms.

    Before `guanxi init` there are no keys: a key that lives for this process only lets `init` itself run.
    """
    try:
        return keyring(home).django_secret_key
    except Refused:
        return secrets.token_hex(32)
