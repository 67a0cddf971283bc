"""The story of 5 March 2026 (LEV-01 to LEV-04, LEV-07, LEV-10): a change of address, what it lets one suppose, and no more."""

import csv
import datetime as dt
import json

import pytest

from guanxi.ground.clock import frozen, start_of_day
from guanxi.identity.services import set_threshold
from guanxi.journal.models import Act
from guanxi.record.actions.choices import ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.queries import actions_of, today
from guanxi.record.actions.services import answer_action, reopen_signal, settle_signal
from guanxi.record.actions.services.caring import ask_about_missed
from guanxi.record.catalogue.rules import NewEstate
from guanxi.record.catalogue.services import create_estates
from guanxi.record.consents.services import set_profiling
from guanxi.record.customers.models import Address, Customer
from guanxi.record.customers.services import NewAddress, NewCustomer, change_address, register_customers
from guanxi.record.imports.services import ImportOptions, import_file, undo_import
from guanxi.record.signals.choices import Judgement, SignalState
from guanxi.record.signals.models import Signal
from guanxi.record.signals.queries import signals_of
from guanxi.record.signals.rules.moving import is_fresh, months_before
from guanxi.record.signals.services import expire_hypotheses
from tests.stories.scene import SYSTEM

MARCH = dt.date(2026, 3, 5)
D = dt.date


def at_nine(day: dt.date):
    return frozen(start_of_day(day, "Asia/Shanghai") + dt.timedelta(hours=9))


def estate(name: str, handover: dt.date | str, *, aliases: str = "", district: str = "", at=("", ""), city="广州"):
    new = NewEstate(
        name=name, city=city, aliases=aliases, district=district, latitude=at[0], longitude=at[1], handover_on=handover
    )
    create_estates([new], by=SYSTEM)


HANDED_OVER = D(2025, 10, 20)


def star_river(handover: dt.date = HANDED_OVER) -> None:
    estate("星河湾", handover, aliases="Star River；星河灣", district="番禺区", at=("22.942", "113.379"))


@pytest.fixture
def li(telling):
    """Ms Li, a customer of Lin's, at an address that she has had for long."""
    with at_nine(D(2024, 1, 8)):
        telling.register("LI", name="李雅琴", address="康王中路 211 号", city="广州", district="荔湾区")
    return telling


def the_customer(name: str = "李雅琴") -> Customer:
    return Customer.objects.get(name=name)


def move(telling, text: str, day: dt.date = MARCH, *, city: str = "广州", by: str = "lin", **more) -> int | None:
    with at_nine(day):
        return change_address(the_customer().pk, NewAddress(text, city, **more), by=telling.person(by))


def kinds() -> list[tuple[str, str]]:
    return list(Signal.objects.order_by("kind", "state").values_list("kind", "state"))


def test_on_the_day_of_the_call_the_new_home_is_supposed_and_cites_address_and_register(li):
    star_river()
    row = move(li, "Star River, block 3")
    signal = Signal.objects.get(kind="new_home")
    assert (signal.customer, signal.state, signal.probability) == (the_customer(), "hypothesised", 0.8)
    assert (signal.occurred_on, signal.detected_on, signal.closed_on) == (MARCH, MARCH, None)
    figures = signal.evidence["figures"]
    assert figures["address"] == row
    assert (figures["handover_on"], figures["moved_on"]) == ("2025-10-20", "2026-03-05")
    [found] = signals_of(the_customer().pk, principal=li.person("lin"))[-1:]
    assert len(figures["estate"]) == 12
    assert found.customer_id == the_customer().pk
    assert Act.objects.filter(kind="signal.supposed").count() == 2  # the home and the car


@pytest.mark.parametrize(
    ("handover", "moved", "expected"),
    [
        (D(2025, 9, 5), MARCH, True),
        (D(2025, 9, 4), MARCH, False),
        (MARCH, MARCH, True),
        (D(2026, 3, 6), MARCH, False),  # nobody lives there yet
        (D(2026, 2, 28), D(2026, 8, 31), True),  # calendar months, clipped
        (D(2026, 2, 27), D(2026, 8, 31), False),
        (D(2023, 8, 29), D(2024, 2, 29), True),
        (D(2023, 8, 28), D(2024, 2, 29), False),
        (None, MARCH, False),
    ],
)
def test_six_calendar_months_at_most_lie_between_handover_and_move(handover, moved, expected):
    assert is_fresh(handover, moved, 6) is expected


def test_months_before_are_clipped_to_the_month():
    assert months_before(D(2026, 3, 31), 1) == D(2026, 2, 28)
    assert months_before(D(2026, 1, 15), 13) == D(2024, 12, 15)


@pytest.mark.parametrize(("handover", "expected"), [(D(2025, 9, 5), "new_home"), (D(2025, 9, 4), None)])
def test_the_border_counts_in_the_record_as_well(li, handover, expected):
    star_river(handover)
    move(li, "星河湾3栋")
    assert (("new_home", "hypothesised") in kinds()) is (expected is not None)


@pytest.mark.parametrize("text", ["星河湾3栋", "星河灣 3 幢", "STAR RIVER block 3", "番禺区南村镇星河湾 3 栋 802"])
def test_aliases_and_scripts_are_understood(li, text):
    star_river()
    move(li, text)
    assert ("new_home", "hypothesised") in kinds()


def test_the_same_name_in_another_city_is_another_estate(li):
    estate("保利花园", D(2026, 1, 10), city="深圳")
    move(li, "保利花园 5 栋", city="广州")
    assert kinds() == [("household_change_unspecified", "hypothesised")]


def test_an_old_building_says_that_somebody_moved_and_nothing_about_why(li):
    estate("云山雅苑", D(2006, 5, 1))
    move(li, "云山雅苑 2 栋")
    [signal] = Signal.objects.all()
    assert (signal.kind, signal.probability, signal.at_stake) == ("household_change_unspecified", 0, 0)
    assert Action.objects.count() == 0
    everything = json.dumps([list(Signal.objects.values_list())], default=str).casefold()
    for guess in ("marr", "divorc", "spouse", "婚", "结", "离", "single", "partner"):
        assert guess not in everything


def test_a_first_address_is_no_move(telling):
    star_river()
    with at_nine(D(2026, 3, 1)):
        telling.register("ZHAO", name="赵敏")
    with at_nine(MARCH):
        zhao = the_customer("赵敏")
        change_address(zhao.pk, NewAddress("星河湾 3 栋", "广州"), by=telling.person("lin"))
        telling.register("SUN", name="孙立", address="星河湾 5 栋", city="广州")
    assert Signal.objects.count() == 0
    with at_nine(D(2026, 3, 9)):  # within the estate, and a better word for it
        change_address(zhao.pk, NewAddress("星河湾 7 栋", "广州"), by=telling.person("lin"))
    assert Signal.objects.count() == 0


def test_a_correction_is_no_move_and_the_home_is_still_found_by_it(li):
    star_river()
    move(li, "康王中路211号6栋1203", D(2026, 3, 1))
    assert kinds() == []
    move(li, "星河弯3栋")  # a slip: no such estate
    assert kinds() == [("household_change_unspecified", "hypothesised")]
    move(li, "星河湾3栋", D(2026, 3, 6))
    assert ("new_home", "hypothesised") in kinds()
    assert ("household_change_unspecified", "expired") in kinds()
    count = Signal.objects.count()
    move(li, "星河湾 5 栋", D(2026, 3, 7))  # within the estate
    assert Signal.objects.count() == count


def test_a_file_of_customers_finds_it_too(li, tmp_path):
    star_river()
    file = tmp_path / "customers.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["reference", "name", "address", "city"])
        writer.writerow(["LI", "李雅琴", "星河湾 3 栋", "广州"])
        writer.writerow(["NEW", "钱程", "星河湾 9 栋", "广州"])
    with at_nine(MARCH):
        report = import_file(file, "customers", by=SYSTEM, options=ImportOptions())
        assert report.succeeded, report.first_problems
    [home] = Signal.objects.filter(kind="new_home")
    assert (home.customer, home.occurred_on, home.state) == (the_customer(), MARCH, "hypothesised")
    assert Action.objects.get().owner == li.scene.staff["lin"]
    with at_nine(MARCH):
        undo_import(report.code, by=SYSTEM)
    assert (kinds(), Action.objects.count()) == ([], 0)  # it was never the case


def test_what_a_person_settled_outlives_the_file_that_told_of_it(li, tmp_path):
    star_river()
    file = tmp_path / "customers.csv"
    file.write_text("reference,name,address,city\nLI,李雅琴,星河湾 3 栋,广州\n", encoding="utf-8")
    with at_nine(MARCH):
        report = import_file(file, "customers", by=SYSTEM, options=ImportOptions())
        [home] = Signal.objects.filter(kind="new_home")
        settle_signal(home.code, by=li.person("lin"), judgement=Judgement.TRUE, note="本人说的")
        undo_import(report.code, by=SYSTEM)
    home.refresh_from_db()
    assert (home.state, home.judgement) == (SignalState.CONFIRMED, Judgement.TRUE)


def test_an_estate_that_the_register_learns_later_is_found_by_the_next_night(li):
    move(li, "星河湾3栋")
    assert kinds() == [("household_change_unspecified", "hypothesised")]
    star_river()
    with at_nine(D(2026, 3, 20)):
        assert ask_about_missed(by=SYSTEM, on=D(2026, 3, 20)) == 1
        assert ask_about_missed(by=SYSTEM, on=D(2026, 3, 20)) == 0
    home = Signal.objects.get(kind="new_home")
    assert (home.occurred_on, home.detected_on) == (MARCH, D(2026, 3, 20))
    assert ("household_change_unspecified", "expired") in kinds()
    with at_nine(D(2026, 9, 20)):  # too long ago to be found now
        Signal.objects.all().delete()
        assert ask_about_missed(by=SYSTEM, on=D(2026, 9, 20)) == 0


def test_organisations_and_those_who_want_no_advice_are_left_alone(li):
    star_river()
    with at_nine(MARCH):
        lin = li.person("lin")
        set_profiling(the_customer().pk, allowed=False, source="told", evidence="told", by=lin)
        firm = NewCustomer(
            name="星光贸易有限公司", kind="organisation", reference="CO", address="康王中路 1 号", city="广州"
        )
        register_customers([firm], by=lin, source="desk")
        company = Customer.objects.get(reference="CO")
        change_address(company.pk, NewAddress("星河湾 3 栋", "广州"), by=lin)
    move(li, "星河湾 3 栋")
    assert Signal.objects.count() == 0
    assert Action.objects.count() == 0


def test_far_from_the_centre_a_car_may_be_needed_and_near_it_none(li):
    star_river()  # 24 km
    move(li, "星河湾 3 栋")
    car = Signal.objects.get(kind="car_need")
    assert (car.state, car.probability) == ("hypothesised", 0.3)
    assert car.evidence["figures"]["kilometres"] == pytest.approx(23.7, abs=0.2)
    estate("珠江新岸", D(2026, 1, 1), at=("23.063", "113.298"))  # 8 km
    move(li, "珠江新岸 1 栋", D(2026, 4, 1))
    assert kinds() == [("car_need", "expired"), ("new_home", "expired"), ("new_home", "hypothesised")]


def test_a_firm_may_set_the_distance_and_the_months(li):
    set_threshold("car_need.kilometres", 30, by=SYSTEM)
    set_threshold("new_home.months", 3, by=SYSTEM)
    star_river()
    move(li, "星河湾 3 栋")
    assert kinds() == [("household_change_unspecified", "hypothesised")]


def test_one_question_stands_on_today_and_it_is_no_sale(li):
    star_river()
    move(li, "星河湾 3 栋")
    with at_nine(MARCH):
        day = today(li.person("lin"), on=MARCH)
    [line] = day.lines
    assert (
        line.reason_words == "Moved on 5 March 2026 to homes handed over on 20 October 2025: perhaps a new home. Ask."
    )
    assert line.offer == ""
    assert (line.customer_name, line.due_on, line.value_at_stake) == ("李雅琴", D(2026, 3, 12), 0)


def test_the_customers_yes_confirms_it_and_the_clerk_may_take_that_back(li):
    star_river()
    move(li, "星河湾 3 栋")
    lin, code = li.person("lin"), Signal.objects.get(kind="new_home").code
    with at_nine(D(2026, 3, 6)):
        assert settle_signal(code, by=lin, judgement=Judgement.TRUE, note="said so on the phone") == 1
        assert (Signal.objects.get(code=code).state, Action.objects.get().status) == ("confirmed", ActionStatus.DONE)
        assert reopen_signal(code, by=lin) == 1
        assert (Signal.objects.get(code=code).state, Action.objects.get().status) == ("hypothesised", ActionStatus.OPEN)
        settle_signal(code, by=lin, judgement=Judgement.TRUE)
    with at_nine(D(2027, 6, 1)):  # confirmed is confirmed
        assert expire_hypotheses(by=SYSTEM, on=D(2027, 6, 1)) == 1  # the car
    assert Signal.objects.get(code=code).state == SignalState.CONFIRMED


def test_a_refusal_leaves_it_supposed_and_rests_ninety_days(li):
    star_river()
    move(li, "星河湾 3 栋")
    lin = li.person("lin")
    with at_nine(MARCH):
        answer_action(Action.objects.get().code, by=lin, answer="not_now", reason=NotNow.DECLINED)
    action = Action.objects.get()
    assert (action.status, action.again_on) == (ActionStatus.NOT_NOW, D(2026, 6, 3))
    assert Signal.objects.get(kind="new_home").state == "hypothesised"
    with at_nine(D(2026, 6, 2)):
        assert today(lin, on=D(2026, 6, 2)).total == 0
        assert today(lin, on=D(2026, 6, 3)).total == 1


def test_refuted_it_stays_refuted_after_nights_and_the_same_address_again(li):
    star_river()
    move(li, "星河湾 3 栋")
    lin, code = li.person("lin"), Signal.objects.get(kind="new_home").code
    with at_nine(MARCH):
        settle_signal(code, by=lin, judgement=Judgement.DENIED)
    assert Action.objects.get().status == ActionStatus.WITHDRAWN
    with at_nine(D(2026, 3, 7)):
        ask_about_missed(by=SYSTEM, on=D(2026, 3, 6))
    li.refresh(D(2026, 3, 8))
    move(li, "康王中路 211 号", D(2026, 3, 10))
    move(li, "星河湾 3 栋", D(2026, 3, 12))
    assert Signal.objects.get(code=code).state == SignalState.REFUTED
    assert Signal.objects.filter(kind="new_home").count() == 1
    assert Action.objects.get().status == ActionStatus.WITHDRAWN


def test_never_confirmed_it_is_given_up_after_twelve_months_with_its_question(li):
    star_river()
    move(li, "星河湾 3 栋")
    with at_nine(D(2027, 3, 5)):
        assert expire_hypotheses(by=SYSTEM, on=D(2027, 3, 4)) == 0
        assert expire_hypotheses(by=SYSTEM, on=D(2027, 3, 5)) == 2
        ask_about_missed(by=SYSTEM, on=D(2027, 3, 5))
    assert {state for _, state in kinds()} == {"expired"}
    assert actions_of(the_customer().pk, principal=li.person("lin"), on=D(2027, 3, 5), only_live=True) == []


def test_an_address_taken_back_takes_its_supposition_along(li):
    star_river()
    row = move(li, "星河湾 3 栋")
    Address.objects.filter(pk=row).delete()
    with at_nine(D(2026, 3, 6)):
        ask_about_missed(by=SYSTEM, on=D(2026, 3, 6))
    assert {state for _, state in kinds()} == {"expired"}
    assert Action.objects.get().status == ActionStatus.WITHDRAWN
