"""A seeded mutator: bytes flipped, cut, doubled, spliced with what breaks parsers; archives also from the inside."""

import gzip
import io
import random
import zipfile

_WORDS = [
    *(b'"', b'""', b"'", b",", b";", b"\t", b"|", b"\r", b"\n", b"\r\n", b"\0", b"\x1a", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf"),
    *(b"\xed\xa0\x80", b"\xf0\xa0\xae\xb7", b"\x80", b"\x81\x30\x81\x30", b"\xa4\x40", b"\xe2\x80\xae", b"\xe2\x80\x8b", b"\xc2\xa0="),
    *(b"=1+1", b"@SUM(1)", b"+1", b"-", b"--5", b"1e999", b"-1e999", b"1.38E+10", b"NaN", b"inf", b"0x10", b"1_000", b"9" * 40),
    *(b"0000-00-00", b"2026-02-30", b"9999-12-31", b"0001-01-01", b"2026-03-29 02:30", b"12/31/1999", b"20260230", b"44927", b"1900-02-29"),
    *(b"(12.50)", b"1,234.5", b"1.234,5", "１３８００１３８０００".encode(), "＝1+1".encode(), "𠮷".encode(), "二〇二六年".encode(), "٣".encode()),
    *(b"<script>", b"{{7*7}}", b"%s%n", b"\\", b"\\n", b"'; DROP TABLE x;--", b"../../etc/passwd", b"http://169.254.169.254/"),
    *(b"BEGIN:VCARD\r\n", b"END:VCARD\r\n", b"BEGIN:VEVENT\r\n", b"ENCODING=QUOTED-PRINTABLE:", b"=\r\n", b"=E7", b";CHARSET=x-y:", b"PHOTO:", b" \t"),
    *(b"<", b">", b"&#0;", b"&amp;", b"&x;", b"]]>", b"<!DOCTYPE x>", b'r="XFD1048576"', b'r="A0"', b't="s"', b't="e"', b'<c r="B2"><v>', b"</row>"),
    *(b"<v>99999999</v>", b"<v>-1</v>", b"<v>1e308</v>", b"<v>60</v>", b's="9999"', b'<row r="1048577">', b'<dimension ref="A1:XFD1048576"/>'),
    *(b"true", b"null", b"None", b"\xe7\x8e", b"2147483648", b"9223372036854775808", b"18446744073709551616", b"0.0000001", b".", b"-0"),
]  # fmt: skip


def mutated(data: bytes, rng: random.Random, *, keep: int = 0) -> bytes:
    """`data` after one to eight mutations, none of them in its first `keep` bytes."""
    body = bytearray(data[keep:])
    for _ in range(rng.choice((1, 1, 1, 2, 3, 5, 8))):
        _mutate(body, rng)
    return data[:keep] + bytes(body)


def mutated_file(name: str, data: bytes, rng: random.Random) -> bytes:
    """A mutated file: archives mostly from the inside, texts mostly below their head."""
    if name.endswith(".xlsx") and rng.random() < 0.8:
        return _mutated_archive(data, rng)
    if name.endswith(".gz") and rng.random() < 0.7:
        return gzip.compress(mutated(gzip.decompress(data), rng), 1)
    head = data.find(b"\n") + 1 if rng.random() < 0.8 and not name.endswith((".xlsx", ".gz", ".parquet")) else 0
    return mutated(data, rng, keep=head)


def _mutated_archive(data: bytes, rng: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    wanted = [name for name in parts if "sheet1" in name or "sharedStrings" in name] * 4 + list(parts)
    name = rng.choice(wanted)
    parts[name] = mutated(parts[name], rng)
    if rng.random() < 0.05:
        del parts[rng.choice(list(parts))]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def _mutate(body: bytearray, rng: random.Random) -> None:
    size = len(body)
    at = rng.randrange(size + 1)
    span = min(size - at, rng.choice((1, 1, 2, 4, 16, 64)))
    match rng.randrange(9):
        case 0 if size:
            body[at % size] ^= 1 << rng.randrange(8)
        case 1 if size:
            body[at % size] = rng.randrange(256)
        case 2:
            del body[at : at + span]
        case 3:
            body[at:at] = body[at : at + span] * rng.choice((1, 2, 30))
        case 4 | 5:
            body[at:at] = rng.choice(_WORDS)
        case 6:
            body[at : at + span] = rng.choice(_WORDS)
        case 7 if rng.random() < 0.2:
            del body[at:]
        case 8:
            other = rng.randrange(size + 1)
            body[at:at] = body[other : other + rng.choice((8, 64, 256))]
