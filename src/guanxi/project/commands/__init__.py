"""The command line: one thin module per group of commands, loaded only when called.

Exit status 0 on success, 1 when something failed, 2 for wrong use. With `--json` standard output holds one
machine-readable result and nothing else; everything for people goes to standard error.
"""

import importlib
import os
import sys

import click

# command -> module of this package that defines it under the same name
_COMMANDS = {
    "init": "firm",
    "admin": "letting_in",
    "migrate": "firm",
    "serve": "firm",
    "worker": "firm",
    "doctor": "firm",
    "rekey": "firm",
    "backup": "safety",
    "restore": "safety",
    "demo": "demonstration",
    "import": "files",
    "export": "taking_out",
    "refresh": "brain",
    "estimate": "brain",
    "pivot": "brain",
    "backtest": "backtesting",
    "rehearse": "deciding",
    "simulate": "measuring",
    "bench": "measuring",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"guanxi.project.commands.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="guanxi")
def cli() -> None:
    """Guanxi (关系): the CRM with the brain built in."""


def main() -> None:
    """Run the command line and exit."""
    import django  # noqa: PLC0415 - commands set up Django; `--help` of the shell's completion need not wait for it
    from django.core.exceptions import ObjectDoesNotExist  # noqa: PLC0415 - as above
    from django.db import DatabaseError  # noqa: PLC0415 - as above

    from guanxi.ground.refusals import Refused  # noqa: PLC0415 - as above
    from guanxi.project.commands.speaking import refusal_in_words, say  # noqa: PLC0415 - as above

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.project.settings")
    try:
        django.setup()
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        say("Stopped.")
        sys.exit(1)
    except Refused as refusal:
        click.echo(refusal_in_words(refusal), err=True)
        sys.exit(1)
    except (DatabaseError, ObjectDoesNotExist):
        if _is_founded():
            raise
        say("There is no firm here yet: run “guanxi init” first.")
        sys.exit(1)


def _is_founded() -> bool:
    from django.db import DatabaseError  # noqa: PLC0415 - as in main

    from guanxi.identity.queries import is_set_up  # noqa: PLC0415 - as in main

    try:
        return is_set_up()
    except DatabaseError:
        return False
