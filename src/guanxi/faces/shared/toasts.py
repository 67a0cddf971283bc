"""What the next page says was done, with the way to take it back."""

from django.contrib import messages
from django.middleware.csrf import get_token
from django.utils.html import format_html
from django.utils.translation import gettext as _

from guanxi.faces.shared.requests import FaceRequest


def say(request: FaceRequest, words: str, *, undo: str = "") -> None:
    """Let the next page say something once; `undo` is the address that takes it back by a POST."""
    form = ""
    if undo:
        form = format_html(
            '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<button data-key="z">{} <kbd>Z</kbd></button></form>',
            undo,
            get_token(request),
            _("Undo"),
        )
    messages.success(request, format_html("<span>{}</span>{}", words, form))
