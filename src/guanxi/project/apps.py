"""The project as an app: when everything is loaded, it introduces the rooms to each other."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "guanxi.project"

    def ready(self) -> None:
        from guanxi.project import registrations, schedules  # noqa: PLC0415 - the apps are ready only now

        registrations.register_importers()
        registrations.register_timeline()
        registrations.register_erasers()
        registrations.register_listeners()
        registrations.register_namers()
        registrations.register_offer_words()
        registrations.register_attempts()
        schedules.register()
