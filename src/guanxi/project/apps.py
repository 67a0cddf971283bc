"""The project as an app: when everything is loaded, it introduces the rooms to each other."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "guanxi.project"

    def ready(self) -> None:
        from guanxi.project import schedules  # noqa: PLC0415 - the apps are ready only now

        schedules.register()
