"""Cities by name: the head row carries a small number instead of a text."""

from collections.abc import Iterable

from guanxi.ground.text.normalise import name_form
from guanxi.ground.text.pinyin import name_key
from guanxi.record.customers.bulk import rows_of
from guanxi.record.customers.models import City


def city_form(name: str) -> str:
    """Return the form by which cities are compared: 广州市 is 广州, LONDON is london."""
    form = name_form(name)
    return form.removesuffix("市") if len(form) > 2 else form


def city_ids(names: Iterable[str]) -> dict[str, int]:
    """Return the id of each name, making the cities that are not there yet, in the caller's transaction. A name of which
    nothing is left to compare (a mark of direction alone) is no city and has none.
    """
    forms = {name: form for name in names if (form := city_form(name))}
    known = _ids_of(forms.values())
    fresh = {form: name for name, form in forms.items() if form not in known}
    if fresh:
        City.objects.bulk_create(
            [City(name=name, form=form, name_key=name_key(name)[:60]) for form, name in fresh.items()],
            ignore_conflicts=True,  # another writer may have made one just now
        )
        known |= _ids_of(fresh)
    return {name: known[form] for name, form in forms.items()}


def _ids_of(forms: Iterable[str]) -> dict[str, int]:
    sql = "SELECT form, id FROM customers_city WHERE form IN {given}"
    return dict(rows_of(sql, sorted(set(forms))))
