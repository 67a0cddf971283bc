"""The people of the demo group: four houses, their teams, and who works where. Sign-ins of the README come first."""

from dataclasses import dataclass
from typing import Any

from guanxi.identity import queries as identity
from guanxi.identity.choices import TeamKind
from guanxi.identity.principals import Principal
from guanxi.identity.services import NewStaff, open_team, take_on_staff

PASSWORD = "demo-Guanxi-1"


@dataclass(frozen=True, slots=True)
class House:
    """One house of the group with its teams."""

    name: str
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """One member of the demo's staff in house number `house` (0 first); `team` 0 is the house itself, 1 … its teams."""

    name: str
    role: str
    house: int
    team: int
    title: str
    reference: str
    email: str = ""


BANK, INSURER, GARAGE, SHOP = range(4)
HOUSES = (
    House("天河支行 Tianhe Bank Branch", ("个人客户一组", "个人客户二组", "公司客户组")),
    House("珠江保险营业部 Pearl River Insurance", ("车险组", "寿险组")),
    House("番禺汽车服务中心 Panyu Garage", ("养护组", "专车组")),
    House("北京路生活馆 Beijing Road Home Shop", ("会员组", "批发组")),
)
STORIES_OWNER = "DEMO-02"
SERVICE = "DEMO-06"
TAXI_TEAM = (GARAGE, 2)
_NAMED = (
    Post("何雅琴", "leader", BANK, 0, "支行行长", "DEMO-01", "leader@demo.guanxi"),
    Post("林晓彤", "manager", BANK, 1, "客户经理", STORIES_OWNER, "manager@demo.guanxi"),
    Post("苏明", "marketer", BANK, 0, "市场专员", "DEMO-05", "marketer@demo.guanxi"),
    Post("梁静", "service", BANK, 0, "客服专员", SERVICE, "service@demo.guanxi"),
    Post("管理员", "admin", BANK, 0, "系统管理员", "DEMO-07", "admin@demo.guanxi"),
    Post("许文博", "analyst", BANK, 0, "数据分析师", "DEMO-08", "analyst@demo.guanxi"),
    Post("罗敏仪", "reader", BANK, 0, "合规专员", "DEMO-09", "reader@demo.guanxi"),
)
# house, team, role, title: names, the order of their references.
_OTHERS = (
    (BANK, 1, "leader", "组长", "邓卫东"),
    (BANK, 1, "manager", "客户经理", "陈杰 周航"),
    (BANK, 3, "manager", "公司客户经理", "冯立新 Grace-Lee"),
    (BANK, 2, "leader", "组长", "曾碧华"),
    (BANK, 2, "manager", "客户经理", "黄嘉欣 吴俊杰 郭海燕 谢子豪"),
    (BANK, 1, "manager", "客户经理", "潘诗雅"),
    (INSURER, 0, "leader", "营业部经理", "蔡国梁"),
    (INSURER, 0, "service", "理赔专员", "杜春霞"),
    (INSURER, 1, "manager", "车险顾问", "程志豪 叶敏 彭永强"),
    (INSURER, 2, "manager", "寿险顾问", "余丽君 沈佳慧 任浩"),
    (GARAGE, 0, "leader", "服务中心经理", "钟德海"),
    (GARAGE, 0, "service", "前台", "卢颖"),
    (GARAGE, 1, "manager", "服务顾问", "姜伟强 范晓雯 石磊"),
    (GARAGE, 2, "manager", "专车队长", "孙长河 贾勇 邱志明 薛文涛"),
    (SHOP, 0, "leader", "店长", "戴慧敏"),
    (SHOP, 0, "service", "会员客服", "韦雪莹"),
    (SHOP, 1, "manager", "会员顾问", "夏雨婷 侯子健 白可欣"),
    (SHOP, 2, "manager", "批发客户经理", "江海涛 Kevin-Wong"),
    (BANK, 0, "reviewer", "风险审核专员", "冼若兰"),
)


_SIGN_INS = {
    "Grace Lee": "grace@demo.guanxi",  # a desk in English: her notes, and her customers'
    "冼若兰": "reviewer@demo.guanxi",
}


def _posts() -> tuple[Post, ...]:
    posts, number = list(_NAMED), 10
    for house, team, role, title, names in _OTHERS:
        for name in names.split():
            spoken = name.replace("-", " ")
            posts.append(Post(spoken, role, house, team, title, f"DEMO-{number}", _SIGN_INS.get(spoken, "")))
            number += 1
    return tuple(posts)


POSTS = _posts()
MANAGERS = tuple(post.reference for post in POSTS if post.role == "manager")
ENGLISH_WRITERS = tuple(post.reference for post in POSTS if post.name.isascii())
DRIVERS = tuple(post.reference for post in POSTS if (post.house, post.team) == TAXI_TEAM)
CORPORATE_OWNER = next(post.reference for post in POSTS if (post.house, post.team) == (BANK, 3))


def take_on_everybody(*, by: Principal) -> dict[str, Any]:
    """Open the houses and their teams and take everybody on; the answer maps each reference to the member of staff."""
    teams = _open_houses(by)
    there = {}
    for post in POSTS:
        there[post.reference] = take_on_staff(
            by=by,
            person=NewStaff(
                name=post.name, role=post.role, team=teams[post.house, post.team], email=post.email,
                password=PASSWORD if post.email else "", title=post.title, reference=post.reference, is_demo=True,
            ),
        )  # fmt: skip
    return there


def _open_houses(by: Principal) -> dict[tuple[int, int], Any]:
    teams: dict[tuple[int, int], Any] = {}
    top = identity.top_team()
    for number, house in enumerate(HOUSES):
        branch = open_team(by=by, name=house.name, kind=TeamKind.BRANCH, parent=top, is_demo=True)
        teams[number, 0] = branch
        for place, name in enumerate(house.teams, start=1):
            teams[number, place] = open_team(by=by, name=name, kind=TeamKind.TEAM, parent=branch, is_demo=True)
    for team in teams.values():
        team.refresh_from_db()  # opening the later ones renumbered the tree
    return teams
