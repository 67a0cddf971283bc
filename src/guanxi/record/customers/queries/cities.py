"""Cities that customers live in."""

from guanxi.record.customers.models import City

MOST_CITIES = 1_000


def every_city() -> list[tuple[int, str]]:
    """(id, name) of all cities, for what is computed of everybody."""
    return list(City.objects.order_by("pk").values_list("pk", "name"))


def cities_in_order() -> list[tuple[int, str]]:
    """(id, name) of the cities, in the order of their pinyin. A city's name tells nothing about anybody: no scope."""
    return list(City.objects.order_by("name_key", "pk").values_list("pk", "name")[:MOST_CITIES])
