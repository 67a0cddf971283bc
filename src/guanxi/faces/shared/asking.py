"""What a page may be asked: a closed list of parameters, each once and short. Anything else is 400, never 500."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest

MAX_LENGTH = 200


def asked(request: HttpRequest, *names: str) -> dict[str, str]:
    """Return the query parameters of a page, "" for those not given. Raises BadRequest for any other, or one given twice."""
    given = request.GET
    for name, values in given.lists():
        if name not in names or len(values) > 1 or len(values[0]) > MAX_LENGTH:
            raise BadRequest("unknown, repeated or over-long parameter")
    return {name: given.get(name, "").strip() for name in names}
