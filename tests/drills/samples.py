"""Small valid files of every format that importers take, as bytes: what the fuzz drill mutates."""

import datetime as dt
import gzip
import io
import random
from collections.abc import Callable
from decimal import Decimal

Sample = tuple[str, bytes]  # name of the file, its content


def dealings_csv() -> Sample:
    rows = ["customer,date,amount,quantity,unit_price,currency,product,channel,category,price_tier,order,reference"]
    rows += [
        f'C{n % 5},2026-0{n % 9 + 1}-1{n % 9} 0{n % 9}:30:00,{n * 7}.50,{n % 4},{n}.125,CNY,P{n % 3},pos,"食品, 饮料",{n % 3},O{n // 2},R{n % 11}'
        for n in range(14)
    ]
    return "dealings.csv", "\n".join([*rows, "", ",2026-01-01,5,,,,,,,,,", "C1,,7,,,,,,,,,"]).encode()


def refunds_csv() -> Sample:
    rows = [f"C{n % 4};{n % 28 + 1}.0{n % 9 + 1}.2026;-{n}.99;退款" for n in range(12)]
    return "refunds.csv", "\r\n".join(["客户号;日期;金额;类别", *rows]).encode("gb18030")


def customers_csv() -> Sample:
    head = "reference,name,phone,email,id_number,plate,birthday,gender,address,city,company,language,source,private"
    rows = [
        f"K{n},王小{'一二三四五'[n % 5]},1380013800{n % 10},w{n}@exa-mple.com,,京A1234{n % 10},198{n}-05-1{n},{'男女'[n % 2]},朝阳路{n}号,北京,某某公司{n % 2},zh-hans,展会,{'是' if n == 9 else ''}"
        for n in range(10)
    ]
    return "customers.csv", "\n".join([head, *rows]).encode("utf-8-sig")


def customers_gb18030() -> Sample:
    rows = [f"A{n}\t李𠮷{n}\t010-8888{n:04d}\t上海市浦东新区{n}号" for n in range(10)]
    return "customers.txt", "\n".join(["客户编号\t姓名\t电话\t地址", *rows]).encode("gb18030")


def customers_big5() -> Sample:
    rows = [f"B{n}|陳大文先生{n}|台北市中山區南京東路{n}號|0912-345-67{n}" for n in range(10)]
    return "customers.csv", "\n".join(["客戶編號|name|address|phone", *rows]).encode("big5hkscs")


def customers_utf16() -> Sample:
    rows = [f"U{n},赵{n},139{n:08d}" for n in range(10)]
    return "customers.csv", "\n".join(["reference,name,phone", *rows]).encode("utf-16")


def consents_csv() -> Sample:
    head = "reference,name,consent_status,consent_purpose,consent_channel,consent_at,consent_evidence,consent_partner,consent_expires_on"
    rows = [
        f"K{n},钱{n},{'同意' if n % 2 else 'no'},{'partner' if n == 5 else 'marketing'},sms,2026-03-0{n + 1} 10:00,form {n},{'某银行' if n == 5 else ''},2030-01-01"
        for n in range(8)
    ]
    return "consents.csv", "\n".join([head, *rows, "K9,钱九,yes,,,,,,"]).encode()


def holdings_csv() -> Sample:
    head = "reference,customer,product,opened_on,closed_on,renewal_on,status,attributes.colour"
    rows = [f"H{n},C{n % 4},CARD{n % 2},202{n % 6}-01-01,,2027-0{n % 9 + 1}-15,open,红{n}" for n in range(10)]
    return "holdings.csv", "\n".join([head, *rows]).encode()


def balances_csv() -> Sample:
    rows = [f"H{n % 4},2026-01-{n + 1:02d},{n}000.5,CNY" for n in range(10)]
    return "balances.csv", "\n".join(["holding,day,amount,currency", *rows]).encode()


def conversations_csv() -> Sample:
    head = "customer,at,channel,direction,by,summary,outcome,follow_up_on"
    rows = [
        f'C{n % 4},2026-02-1{n % 9} 09:30,电话,out,张三,"谈了{n}次",reached,2026-03-0{n % 9 + 1}' for n in range(10)
    ]
    return "conversations.csv", "\n".join([head, *rows]).encode()


def products_csv() -> Sample:
    rows = [f"P{n},产品{n},类{n % 2},0.{n}" for n in range(10)]
    return "products.csv", "\n".join(["reference,name,family,margin_rate", *rows]).encode()


def estates_csv() -> Sample:
    rows = [f"万科城{n},别名{n};旧名,北京,朝阳,39.{n},116.{n},2026-0{n % 9 + 1}-01" for n in range(8)]
    return "estates.csv", "\n".join(["name,aliases,city,district,latitude,longitude,handover_on", *rows]).encode()


def dealings_gzip() -> Sample:
    return "dealings.csv.gz", gzip.compress(dealings_csv()[1], 6)


def cards() -> Sample:
    card = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:王;小{n};;;\r\nFN:王小{n}\r\nTEL;TYPE=CELL:1380013800{n}\r\nEMAIL:w{n}@example.com\r\n"
        "ORG:某某公司;市场部\r\nBDAY:198{n}-05-06\r\nADR;TYPE=HOME:;;朝阳路{n}号;北京;;100000;中国\r\n"
        "PHOTO;VALUE=uri:http://169.254.169.254/\r\nNOTE:第一行\\n第二行\r\nEND:VCARD\r\n"
    )
    return "cards.vcf", "".join(card.replace("{n}", str(n)) for n in range(5)).encode()


def old_cards() -> Sample:
    card = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=8E=8B;=E5=B0=\r\n=8F;;;\r\n"
        "TEL;CELL:+86 138-0013-800{n}\r\nPHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQEAYABgAAD\r\n /9j/4AAQ\r\n\r\nEND:VCARD\r\n"
    )
    return "old.vcf", "".join(card.replace("{n}", str(n)) for n in range(6)).encode()


def workbook() -> Sample:
    """Typed cells: days, moments, whole and broken numbers, truth, texts shared and repeated, a formula, an empty row."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["客户编号", "日期", "金额", "商品", "备注"])
    for n in range(10):
        when = dt.datetime(2026, 3, n + 1, n, 30) if n % 2 else dt.date(2026, 4, n + 1)  # noqa: DTZ001 - a workbook knows no zones
        sheet.append([f"C{n % 4}" if n % 3 else n, when, n * 1.25 if n % 4 else f"{n},000.5", f"P{n % 2}", n % 2 == 0])
    sheet.append([])
    sheet.append(["C1", "2026年5月6日", "=1+1", None, "#N/A"])
    file = io.BytesIO()
    book.save(file)
    return "dealings.xlsx", file.getvalue()


def parquet(rng: random.Random) -> Sample:
    """Dealings in columns of types drawn at random: those that fit, and those that nobody expects there."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = rng.choice([0, 1, 7, 20])
    names = {
        "customer": _identities,
        "date": _moments,
        "amount": _amounts,
        "quantity": _amounts,
        "product": _identities,
    }
    table = {}
    for name, usual in names.items():
        make = rng.choice([usual, usual, usual, _anything])
        table[name] = _array(rng, make(rng), rows)
    file = io.BytesIO()
    compression = rng.choice(["none", "snappy", "gzip", "zstd"])
    pq.write_table(
        pa.table(table),
        file,
        compression=compression,
        row_group_size=rng.choice([3, 100]),
        use_dictionary=rng.random() < 0.5,
    )
    return "dealings.parquet", file.getvalue()


def _identities(rng: random.Random):
    import pyarrow as pa

    return rng.choice([
        (pa.string(), lambda: f"C{rng.randrange(5)}"),
        (pa.large_string(), lambda: rng.choice(["", " C1 ", "C\x001", "王", "x" * 70_000, "a" * 100])),
        (pa.int64(), lambda: rng.randrange(-5, 5)),
        (pa.float64(), lambda: rng.choice([17850.0, 1.5, float("nan"), float("inf"), 1e300, -0.0])),
        (pa.dictionary(pa.int8(), pa.string()), lambda: f"C{rng.randrange(5)}"),
        (pa.binary(), lambda: rng.choice([b"C1", b"\xff\xfe", b"C\x00"])),
        (pa.uint64(), lambda: rng.choice([1, 2**64 - 1])),
    ])  # fmt: skip


def _moments(rng: random.Random):
    import pyarrow as pa

    return rng.choice([
        (pa.string(), lambda: rng.choice(["2026-01-02", "2026-02-30", "2026-01-02T03:04:05Z", "01.02.2026", "20260102", "44927", "0000-00-00", "9999-12-31"])),
        (pa.timestamp("us"), lambda: rng.randrange(2**51)),
        (pa.timestamp("ns", "Asia/Shanghai"), lambda: dt.datetime(2026, 1, 2, tzinfo=dt.UTC)),
        (pa.timestamp("s"), lambda: rng.choice([0, 2**40, -(2**40), 2**50])),
        (pa.timestamp("ms"), lambda: rng.choice([0, 2**62, -(2**62)])),
        (pa.date32(), lambda: rng.choice([0, 20_000, 2**31 - 1, -(2**31)])),
        (pa.date64(), lambda: dt.date(2026, 1, 2)),
        (pa.int64(), lambda: rng.choice([20260102, 44927, 2**63 - 1])),
    ])  # fmt: skip


def _amounts(rng: random.Random):
    import pyarrow as pa

    return rng.choice([
        (pa.float64(), lambda: rng.choice([1.5, -3.25, 0.1, float("nan"), float("inf"), 1e18, 1e308, 5e-324, -0.0])),
        (pa.float32(), lambda: rng.choice([1.5, 3.4e38])),
        (pa.int64(), lambda: rng.choice([5, -7, 2**63 - 1, -(2**63)])),
        (pa.uint64(), lambda: rng.choice([5, 2**64 - 1])),
        (pa.int8(), lambda: rng.randrange(-128, 127)),
        (pa.decimal128(38, 10), lambda: Decimal(rng.choice(["1.5", "-99999999999999999999999999.1234567891"]))),
        (pa.decimal128(18, 2), lambda: Decimal(rng.choice(["1.25", "-0.05", "9999999999999999.99"]))),
        (pa.decimal256(60, 3), lambda: Decimal("123456789012345678901234567890.123")),
        (pa.string(), lambda: rng.choice(["1,234.50", "¥5", "1.38E+10", "(3.00)", "--5", "１２", "1e999", "0x10", "NaN", "∞"])),
    ])  # fmt: skip


def _anything(rng: random.Random):
    import pyarrow as pa

    return rng.choice([
        (pa.bool_(), lambda: True),
        (pa.time64("us"), lambda: dt.time(3, 4)),
        (pa.duration("s"), lambda: rng.choice([5, 2**40])),
        (pa.float16(), lambda: 1.5),
        (pa.list_(pa.int32()), lambda: [1]),
        (pa.struct([("a", pa.int32())]), lambda: {"a": 1}),
        (pa.null(), lambda: None),
        (pa.binary(4), lambda: b"abcd"),
        (pa.dictionary(pa.int32(), pa.float64()), lambda: rng.choice([1.5, 2.0])),
        _moments(rng), _amounts(rng), _identities(rng),
    ])  # fmt: skip


def _array(rng: random.Random, made, rows: int):
    import pyarrow as pa

    kind, value = made
    holes = rng.choice([0.0, 0.2, 1.0])
    values = [None if rng.random() < holes else value() for _ in range(rows)]
    if pa.types.is_dictionary(kind):
        return pa.array(values, kind.value_type).dictionary_encode()
    if pa.types.is_float16(kind):
        import numpy as np

        return pa.array([None if value is None else np.float16(value) for value in values], kind)
    if (
        (pa.types.is_timestamp(kind) or pa.types.is_date32(kind))
        and values
        and isinstance(next((value for value in values if value is not None), None), int)
    ):
        return pa.array(values, pa.int32() if pa.types.is_date32(kind) else pa.int64()).view(kind)
    return pa.array(values, kind)


# kind of import → the samples of it, all mutated alike
SAMPLES: dict[str, tuple[Callable[[], Sample], ...]] = {
    "dealings": (dealings_csv, refunds_csv, dealings_gzip, workbook),
    "customers": (customers_csv, customers_gb18030, customers_big5, customers_utf16, consents_csv, cards, old_cards),
    "holdings": (holdings_csv,),
    "balances": (balances_csv,),
    "conversations": (conversations_csv,),
    "products": (products_csv,),
    "estates": (estates_csv,),
}
