"""What `guanxi bench` measures. Each case runs the product beside its comparison and yields figures."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from guanxi.project.bench import files
from guanxi.project.bench.running import Figure, Finished, Home, run_process

_WORKBOOK_ROWS = 50_000
_CONTACTS = 2_000
_DAY_SHARE = 0.005  # "a day's new dealings (0.5 % of rows)"


@dataclass(frozen=True)
class Setting:
    """Where and how large: a folder for throw-away data, customers, dealings a customer, a PostgreSQL URL or ''."""

    folder: Path
    customers: int = 100_000
    dealings_each: int = 20
    database_url: str = ""
    executors: tuple[int, ...] = ()  # of clusters that `engines` measures; none: DuckDB, and Spark on this machine

    @property
    def dealings(self) -> int:
        """Dealings in all."""
        return self.customers * self.dealings_each


Case = Callable[[Setting], Iterator[Figure]]


def imports(setting: Setting) -> Iterator[Figure]:
    """Customers into an empty base, then their dealings (first load), then the same dealings again."""
    home, data = _fresh_home(setting), _firm(setting)
    finished = home.run("import", "customers", str(data / "customers.parquet"), "--json")
    yield _import_figure("import customers", finished, home)
    finished = home.run("import", "products", str(data / "products.parquet"), "--json")
    finished = home.run("import", "dealings", str(data / "dealings.parquet"), "--json")
    yield _import_figure("import dealings, first load", finished, home)
    finished = home.run("import", "dealings", str(data / "dealings.parquet"), "--json")
    yield _import_figure("import dealings, the same file again", finished, home)


def xlsx(setting: Setting) -> Iterator[Figure]:
    """Customers from a workbook into an empty base (target 5,000 rows/s)."""
    home, rows = _fresh_home(setting), min(setting.customers, _WORKBOOK_ROWS)
    file = _file_of(_firm(setting), "xlsx", rows)
    finished = home.run("import", "customers", str(file), "--json")
    yield _import_figure("import customers from a workbook", finished, home)


def contacts(setting: Setting) -> Iterator[Figure]:
    """2,000 contacts of a phone, from the click to the report (target 2 s), in a web process that runs already."""
    home = _fresh_home(setting)
    file = _file_of(_firm(setting), "vcf", _CONTACTS)
    finished = _python("guanxi.project.bench.contacts", str(file), home=home)
    facts = finished.result()
    counts = {name: facts[name] for name in ("created", "updated", "unchanged", "skipped", "failed")}
    speed = facts["rows"] / facts["wall_s"]
    yield Figure(
        *("import contacts of a phone", facts["rows"], home.database, facts["wall_s"], facts["cpu_s"]),
        *(finished.peak_mb, speed),
        notes=counts,
    )


def refresh(setting: Setting) -> Iterator[Figure]:
    """First load, full refresh, the same once more, refresh after a day's dealings, each as of the last day of the data and with
    forty offers; beside the floor: dealings read out, one group-by. The first refresh also writes all signals and list rows.
    """
    home, data = _fresh_home(setting), _firm(setting)
    for kind in ("customers", "products", "dealings"):
        finished = home.run("import", kind, str(data / f"{kind}.parquet"), "--json")
        if kind != "products":
            yield _import_figure(f"import {kind}, first load", finished, home)
    _python("guanxi.project.bench.offering", home=home)
    last, after = _day_of(data)
    floor = _floor(home)
    yield _figure("read dealings out once, one group-by", floor, setting.dealings, home)
    for what in ("refresh, the first", "refresh full"):
        full = home.run("refresh", "--full", "--as-of", last, "--json")
        yield _figure(what, full, setting.dealings, home, ratio=full.cpu_s / floor.cpu_s, steps=full)
    day = home.run("import", "dealings", str(data / "day.parquet"), "--json")
    yield _import_figure("import a day's dealings", day, home)
    daily = home.run("refresh", "--as-of", after, "--json")
    yield _figure("refresh after a day", daily, setting.dealings, home, ratio=daily.cpu_s / full.cpu_s, steps=daily)


def purchase_summary(setting: Setting) -> Iterator[Figure]:
    """Purchase summary from a log of lines, beside one plain group-by and one scan of the same file."""
    data = _firm(setting)
    for name in ("scan", "group", "days", "summary"):
        finished = _python("guanxi.project.bench.summary", name, str(data / "dealings.parquet"))
        yield _figure(f"purchase summary: {name}", finished, setting.dealings, Home(setting.folder))


def engines(setting: Setting) -> Iterator[Figure]:
    """From a snapshot to decisions at 1×, 2× and 4× the size, by DuckDB and, where it is installed, by Spark on this machine;
    or by clusters of so many executors as were asked for, each of which has `customers` to itself.

    CPU is that of the steps alone, Spark's own processes included; ratio: to the size before it on the same engine.
    """
    alone = [("duckdb", 0, (1, 2, 4)), *([("spark", 0, (1, 2, 4))] if find_spec("pyspark") else [])]
    before = 0.0
    for engine, executors, sizes in [("spark", number, (number,)) for number in setting.executors] or alone:
        before = before if executors else 0.0
        for times in sizes:
            larger = replace(setting, customers=times * setting.customers)
            home, data = _fresh_home(larger), _firm(larger)
            terms = (str(data), engine, str(home.folder), str(executors))
            finished = _python("guanxi.project.bench.growing", *terms, home=home)
            facts = finished.result()
            wall, cpu = facts.pop("wall_s"), facts.pop("cpu_s")
            ratio = cpu / before if before else None
            before = cpu
            yield Figure(
                f"snapshot to decisions: {engine}" + (f", {executors} executors" if executors else ""),
                larger.customers,
                "–",
                wall,
                cpu,
                finished.peak_mb,
                None,
                ratio,
                facts,
            )


def lifetime(setting: Setting) -> Iterator[Figure]:
    """BG/NBD and Pareto/NBD with predictions for all customers, beside one ungrouped evaluation of a likelihood.

    CPU is that of fit and predictions alone; wall and memory are the whole process's, data made and libraries loaded.
    """
    floor_s = 0.0
    for model in ("floor", "bg_nbd", "pareto_nbd"):
        finished = _python("guanxi.project.bench.lifetime", model, str(setting.customers))
        cpu = finished.result()["cpu_s"]
        floor_s = floor_s or cpu
        size = setting.customers
        yield Figure(f"lifetime: {model}", size, "–", finished.wall_s, cpu, finished.peak_mb, ratio=cpu / floor_s)


def decisions(setting: Setting) -> Iterator[Figure]:
    """Every customer × 40 offers, from gates to one decision each, beside one scan of the same rows (target: a million in
    60 s and 1 GB). CPU is that of the step alone, memory the whole process's.
    """
    home = _fresh_home(setting)
    file = str(home.folder / "people.duckdb")
    scan_s = 0.0
    for step in ("people", "scan", "decide"):
        finished = _python("guanxi.project.bench.deciding", step, file, str(setting.customers), home=home)
        facts = finished.result()
        scan_s = scan_s or (facts["cpu_s"] if step == "scan" else 0.0)
        ratio = facts["cpu_s"] / scan_s if scan_s else None
        yield Figure(
            f"decisions: {step}",
            setting.customers,
            "–",
            *(facts["wall_s"], facts["cpu_s"], finished.peak_mb),
            ratio=ratio,
            notes={name: facts[name] for name in ("decisions", "prices") if name in facts},
        )


def contact(setting: Setting) -> Iterator[Figure]:
    """One customer decided again in a contact, of a firm with forty offers (target p95 50 ms in a warm process), beside the SQL of
    the night over his row alone.
    """
    home, data = _fresh_home(setting), _firm(setting)
    for kind in ("customers", "products", "dealings"):
        home.run("import", kind, str(data / f"{kind}.parquet"), "--json")
    _python("guanxi.project.bench.offering", home=home)
    home.run("refresh", "--full", "--as-of", _day_of(data)[0], "--json")
    finished = _python("guanxi.project.bench.deciding_one", home=home)
    facts = finished.result()
    yield Figure(
        "decision in a contact",
        facts["customers"],
        home.database,
        *(finished.wall_s, finished.cpu_s, finished.peak_mb),
        ratio=facts["contact_cpu_ms"] / facts["night_cpu_ms"],
        notes=facts,
    )


def pairs(setting: Setting) -> Iterator[Figure]:
    """Pair rules from as many baskets as customers (5.2 lines each), beside DuckDB's self-join of the same lines.

    CPU is that of finding the pairs alone; wall and memory are the whole process's, data made and libraries loaded.
    """
    join_s = 0.0
    for what in ("join", "rules"):
        finished = _python("guanxi.project.bench.pairs", what, str(setting.customers))
        facts = finished.result()
        cpu = facts.pop("cpu_s")
        join_s = join_s or cpu
        size = facts["lines"]
        yield Figure(
            f"pairs: {what}", size, "–", finished.wall_s, cpu, finished.peak_mb, ratio=cpu / join_s, notes=facts
        )


def duplicates(setting: Setting) -> Iterator[Figure]:
    """People of whom one in twenty stands there twice: linked with learning, and with what was learnt (targets at a million 22 and
    8 CPU s). CPU is that of linking alone; wall and memory are the whole process's, people invented and both ways done.
    """
    finished = _python("guanxi.project.bench.linking", str(setting.customers))
    facts = finished.result()
    learning_s, stored_s = facts.pop("learning_s"), facts.pop("stored_s")
    for what, cpu in (("learning", learning_s), ("as learnt", stored_s)):
        ratio = cpu / learning_s
        yield Figure(
            f"duplicates: {what}",
            setting.customers,
            "–",
            finished.wall_s,
            cpu,
            finished.peak_mb,
            ratio=ratio,
            notes=facts,
        )


def groups(setting: Setting) -> Iterator[Figure]:
    """The customers of each of twelve groups four levels deep, by value and by state, and the sizes of all twelve (SEG-07: 1 s)."""
    home, data = _fresh_home(setting), _firm(setting)
    home.run("import", "customers", str(data / "customers.parquet"), "--json")
    finished = _python("guanxi.project.bench.grouping", home=home)
    facts = finished.result()
    used = (finished.wall_s, finished.cpu_s, finished.peak_mb)
    yield Figure("lists of twelve groups", facts["customers"], home.database, *used, notes=facts)


def pivots(setting: Setting) -> Iterator[Figure]:
    """Every pair of twelve dimensions over an edition of so many customers (targets 300 ms at a million, 3 s at ten), beside one plain
    group-by. CPU is that of the worst pair.
    """
    home = _fresh_home(setting)
    finished = _python("guanxi.project.bench.pivoting", str(setting.customers), str(home.folder), home=home)
    facts = finished.result()
    used = (facts["worst_s"], facts["worst_cpu_s"], finished.peak_mb)
    ratio = facts["worst_cpu_s"] / facts["floor_s"]
    yield Figure("pivot, the worst of all pairs", setting.customers, "–", *used, ratio=ratio, notes=facts)


def start(setting: Setting) -> Iterator[Figure]:
    """From the start of the web server to its first answer, and the memory of a worker."""
    home = _fresh_home(setting)
    finished = _python("guanxi.project.bench.serving", str(home.folder), home=home)
    facts = finished.result()
    yield Figure("web start", 1, home.database, facts["start_s"], facts["cpu_s"], facts["worker_mb"])


def create(setting: Setting) -> Iterator[Figure]:
    """Creating one customer at a time: alone, during an import of dealings, during a refresh (p50, p95, worst ms)."""
    home, data = _fresh_home(setting), _firm(setting)
    home.run("import", "customers", str(data / "customers.parquet"), "--json")
    for beside in ("nothing", "import", "refresh"):
        finished = _python("guanxi.project.bench.creating", beside, str(data), home=home)
        facts = finished.result()
        yield Figure(
            f"create a customer, beside {beside}",
            facts["n"],
            home.database,
            finished.wall_s,
            finished.cpu_s,
            finished.peak_mb,
            notes=facts,
        )


CASES: dict[str, Case] = {
    "imports": imports,
    "xlsx": xlsx,
    "contacts": contacts,
    "refresh": refresh,
    "summary": purchase_summary,
    "lifetime": lifetime,
    "pairs": pairs,
    "duplicates": duplicates,
    "decisions": decisions,
    "engines": engines,
    "contact": contact,
    "groups": groups,
    "pivots": pivots,
    "start": start,
    "create": create,
}


def _fresh_home(setting: Setting) -> Home:
    home = Home(setting.folder / f"home-{time.time_ns()}", setting.database_url)
    home.run("init")
    return home


def _firm(setting: Setting) -> Path:
    """The simulated firm of this size, made once a folder, in a process of its own: what this process once held
    counts as the peak memory of every process it starts.
    """
    data = setting.folder / f"firm-{setting.customers}-{setting.dealings}"
    if not (data / "dealings.parquet").exists():
        size = ("--customers", str(setting.customers), "--dealings", str(setting.dealings), "--seed", "20")
        Home(setting.folder).run("simulate", str(data), *size, "--json")
    return data


def _file_of(data: Path, kind: str, rows: int) -> Path:
    """The firm's first customers as a workbook or as contact cards, made once a folder."""
    file = data / files.file_name(kind, rows)
    if not file.exists():
        _python("guanxi.project.bench.files", str(data), kind, str(rows))
    return file


def _day_of(data: Path) -> tuple[str, str]:
    """Make a further day's dealings (day.parquet), 0.5 % of the rows; the firm's last day and the one after it."""
    days = _python("guanxi.project.bench.next_day", str(data), str(_DAY_SHARE)).result()
    return days["last"], days["after"]


def _floor(home: Home) -> Finished:
    return _python("guanxi.project.bench.floor", home=home)


def _python(module: str, *arguments: str, home: Home | None = None) -> Finished:
    import sys  # noqa: PLC0415

    return run_process([sys.executable, "-m", module, *arguments], (home or Home(Path())).environment())


def _import_figure(what: str, finished: Finished, home: Home) -> Figure:
    result = finished.result()
    counts = {name: result[name] for name in ("created", "updated", "unchanged", "skipped", "failed")}
    rows = result["rows"]
    return Figure(
        what,
        rows,
        home.database,
        finished.wall_s,
        finished.cpu_s,
        finished.peak_mb,
        rows / finished.wall_s,
        notes=counts,
    )


def _figure(
    what: str, finished: Finished, size: int, home: Home, *, ratio: float | None = None, steps: Finished | None = None
) -> Figure:
    notes = {"seconds": steps.result()["seconds"]} if steps else {}
    return Figure(
        what, size, home.database, finished.wall_s, finished.cpu_s, finished.peak_mb, ratio=ratio, notes=notes
    )
