"""Files that people send: straight to the disk under a random name, counted while they come, whatever a proxy allows.

One handler for the whole site (settings: FILE_UPLOAD_HANDLERS). A page that takes smaller files says so itself.
"""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from guanxi.faces.shared.requests import FaceRequest
from guanxi.ground.refusals import Refused, gettext_noop

_PATIENCE = 10  # times the limit that is read to its end, so that the browser hears why; more is cut off

_NO_FILE = gettext_noop("No file was chosen.")
_TOO_LARGE = gettext_noop("The file is larger than {most} MB, the most that can be sent here. Nothing was kept of it.")
_TOO_LARGE_IN = "upload_too_large"


class BoundedUpload(TemporaryFileUploadHandler):
    """Keeps at most `UPLOAD_MOST_BYTES` of a request, of people who are signed in; the rest is read past."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._length = self._taken = 0

    def handle_raw_input(self, input_data: Any, META: dict[str, str], content_length: int, *rest: Any) -> None:  # noqa: N803 - Django's name
        """Remember how much the sender promises."""
        self._length = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins: in the folder of its own, readable by the installation only."""
        if not self._is_of_somebody():
            raise StopUpload(connection_reset=True)
        FileUploadHandler.new_file(self, *args, **kwargs)
        kind = self.content_type or ""
        self.file = IncomingFile(self.file_name or "", kind, 0, self.charset, self.content_type_extra)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece, or stop."""
        self._taken += len(raw_data)
        if self._taken > settings.UPLOAD_MOST_BYTES:
            setattr(self.request, _TOO_LARGE_IN, True)
            raise StopUpload(connection_reset=self._length > _PATIENCE * settings.UPLOAD_MOST_BYTES)
        super().receive_data_chunk(raw_data, start)

    def _is_of_somebody(self) -> bool:
        user = getattr(self.request, "user", None)
        return user is not None and user.is_authenticated


class IncomingFile(TemporaryUploadedFile):
    """A file that has come, in the home's own folder; it goes with the request unless it is moved away."""

    def __init__(self, name: str, content_type: str, size: int, charset: str | None, extra: Any = None) -> None:
        folder = incoming_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = NamedTemporaryFile(dir=folder)  # noqa: SIM115 - closed with the request
        UploadedFile.__init__(self, file, name, content_type, size, charset, extra)


def incoming_folder() -> Path:
    """GUANXI_HOME/files/incoming."""
    return Path(settings.GUANXI_HOME) / "files" / "incoming"


def forget_incoming(before: float) -> int:
    """Remove what requests that died have left, by time of writing (seconds since 1970); returns how many."""
    gone = 0
    for path in incoming_folder().glob("*"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def sent_file(request: FaceRequest, field: str) -> TemporaryUploadedFile:
    """The file of a form. Its name is a sender's word: show it, never use it as a place. Raises Refused for none, and
    for one beyond the limit of the site.
    """
    found = request.FILES.get(field)
    if getattr(request, _TOO_LARGE_IN, False):
        raise Refused("uploads.too_large", _TOO_LARGE, most=settings.UPLOAD_MOST_BYTES >> 20)
    if not isinstance(found, TemporaryUploadedFile):
        raise Refused("uploads.no_file", _NO_FILE)
    return found
