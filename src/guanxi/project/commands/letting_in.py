"""The command that lets an administrator in: into a new firm, where nobody can take anybody on yet, and back in."""

import json
import secrets

import click

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity import queries, services
from guanxi.identity.roles import ADMINISTRATOR
from guanxi.project.commands.speaking import say

_OTHER = gettext_noop("{email} belongs to a colleague who is no administrator here. Take another e-mail.")
_BYTES = 12  # sixteen characters


@click.command("admin")
@click.argument("email")
@click.option("--name", default="", help="What the administrator is called; the e-mail where nothing is said.")
@click.option("--json", "as_json", is_flag=True, help="One machine-readable result on standard output.")
def admin_command(*, email: str, name: str, as_json: bool) -> None:
    """Let an administrator in with EMAIL: made anew, or given a new password. The password is said once."""
    by, password = queries.system_principal(), secrets.token_urlsafe(_BYTES)
    email = email.strip().lower()
    if "@" not in email:
        raise click.BadParameter("an e-mail address is needed", param_hint="EMAIL")
    staff = queries.colleague_by_email(email, by)
    if staff is None:
        person = services.NewStaff(
            name=name or email.partition("@")[0], role=ADMINISTRATOR, team=queries.top_team(), email=email, password=password
        )  # fmt: skip
        services.take_on_staff(by=by, person=person)
    elif staff.role != ADMINISTRATOR or staff.left_on is not None:
        raise Refused("staff.no_administrator", _OTHER, email=email)
    else:
        services.set_password(by=by, staff=staff, password=password)
    say("{email} may sign in as administrator. The password, said this once:", email=email)
    click.echo(json.dumps({"email": email, "password": password}) if as_json else password)
