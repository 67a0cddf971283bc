"""Money: whole minor units and an ISO currency. Never a float: 3 x 0.10 must be 0.30.

Rounding is half-up, ties away from zero, once per line, so that a refund mirrors its sale.
"""

import re
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.writing import writing

MAX_MINOR = 9_000_000_000_000_000  # exclusive bound of |minor|: exact in BIGINT and in a double
MICRO = 1_000_000  # unit prices are scaled by this
MINUS = "\N{MINUS SIGN}"

# ISO 4217 currencies whose minor unit is not 2 digits, then the usual ones with 2.
_DIGITS = (
    dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0)
    | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)
    | dict.fromkeys("CLF UYW".split(), 4)
    | dict.fromkeys(
        (
            "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE "
            "CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW "
            "KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK "
            "PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS "
            "UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG"
        ).split(),
        2,
    )
)
_SYMBOLS = {
    "CNY": "¥",
    "GBP": "£",
    "EUR": "€",
    "USD": "US$",
    "HKD": "HK$",
    "JPY": "JP¥",
    "TWD": "NT$",
    "KRW": "₩",
    "SGD": "S$",
    "AUD": "A$",
    "CAD": "C$",
}

_EXACT = Context(prec=80, rounding=ROUND_HALF_UP)
_NARROW = str.maketrans("０１２３４５６７８９．，－＋（）￥＄", "0123456789.,-+()¥$")
_SIGNS = "¥$£€₩元"
_AMOUNT = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+", re.ASCII)
_MAX_TEXT = 40

_NOT_AN_AMOUNT = gettext_noop("“{text}” is not an amount; write it like 1234.50 or 1,234.50.")
_TOO_LARGE = gettext_noop("The amount {text} is too large.")


def minor_digits(currency: str) -> int:
    """Return how many digits stand behind the point: CNY 2, JPY 0, KWD 3. Unknown currencies are Refused."""
    try:
        return _DIGITS[currency]
    except KeyError:
        raise Refused(
            "money.unknown_currency",
            gettext_noop("“{currency}” is not a currency; write it like CNY."),
            currency=excerpt(currency),
        ) from None


def currency_sign(currency: str) -> str:
    """Return how a heading names a currency: ¥, £, US$, or the ISO code where no sign is common."""
    return _SYMBOLS.get(currency, currency)


def to_minor(amount: Decimal | str | int, currency: str) -> int:
    """Return an amount of whole units ("12.345") as minor units, half-up (1235 for CNY). Text is read by parse_amount."""
    if isinstance(amount, str):
        amount = parse_amount(amount)
    digits = minor_digits(currency)
    if isinstance(amount, int):
        return _bounded(amount * 10**digits)
    return _bounded(_rounded(_finite(amount).scaleb(digits, _EXACT)))


def from_minor(minor: int, currency: str) -> Decimal:
    """Return minor units as an exact decimal of whole units: 1235 CNY is Decimal("12.35")."""
    return Decimal(minor).scaleb(-minor_digits(currency), _EXACT)


def line_amount(quantity: Decimal | int, unit_price_micro: int, currency: str) -> int:
    """Return quantity x unit price in minor units, half-up for the line.

    unit_price_micro: whole units of currency x 10^6 (0.85 GBP is 850,000). Raises Refused beyond the bounds.
    """
    factor = 10 ** minor_digits(currency)
    if isinstance(quantity, int):
        return _bounded(_half_up(quantity * unit_price_micro * factor, MICRO))
    product = _EXACT.multiply(_finite(quantity), Decimal(unit_price_micro * factor))
    return _bounded(_rounded(product.scaleb(-6, _EXACT)))


def format_money(
    minor: int,
    currency: str,
    language: str = "zh-hans",
    *,
    unit: str | None = None,
    whole: bool = False,
    symbol: bool = True,
) -> str:
    """Return money as people read it: ¥1,234.50, −¥98.00; a true minus sign stands before the currency's sign and behind
    its code. Thousands, sign or code as the reader wants it (ground.writing).

    unit="万" shows ten thousands with at most one decimal in Chinese (¥12.3 万) from 10,000 up; other languages ignore it.
    whole=True drops a fraction of zero (¥4,180), and takes 万 for a reader who wants it. symbol=False leaves the currency
    out, where a heading says it.
    """
    digits, manner = minor_digits(currency), writing()
    minus = MINUS if minor < 0 else ""
    sign = f"{currency} {minus}" if manner.by_code else minus + _SYMBOLS.get(currency, f"{currency} ")
    before, mark = sign if symbol else minus, manner.mark
    unit = "万" if whole and manner.in_myriads else unit
    myriad = 10_000 * 10**digits
    if unit == "万" and language.startswith("zh") and abs(minor) >= myriad:
        tenths = _half_up(abs(minor) * 10, myriad)
        decimal = f".{tenths % 10}" if tenths % 10 else ""
        return f"{before}{tenths // 10:,}{decimal} 万".replace(",", mark)
    units, fraction = divmod(abs(minor), 10**digits)
    behind = "" if digits == 0 or (whole and fraction == 0) else f".{fraction:0{digits}}"
    return f"{before}{units:,}{behind}".replace(",", mark)


def parse_amount(text: str) -> Decimal:
    """Return the exact decimal a person wrote. Raises Refused.

    Accepted: 1234.5, 1,234.50 (commas only as thousands, in threes), full-width digits and signs, one leading - or +
    or true minus, accounting brackets (1,234.50) for a negative, one currency sign (¥ ￥ $ £ € ₩) or ISO code before,
    元 behind, spaces around those. Refused: 1.38E+10 (rounded by a spreadsheet), NaN, infinity, 1 234, 1.234,50, empty text.
    """
    bare = text.translate(_NARROW).strip() if len(text) <= _MAX_TEXT else ""
    negative = False
    if bare.startswith("(") and bare.endswith(")"):
        negative, bare = True, bare[1:-1].strip()
    bare, minus = _without_sign(bare)
    bare = _without_currency(bare)
    if not minus:  # ¥-98 as well as -¥98, but never two signs
        bare, minus = _without_sign(bare)
    if (negative and minus) or _AMOUNT.fullmatch(bare) is None:
        raise Refused("money.not_an_amount", _NOT_AN_AMOUNT, text=excerpt(text))
    amount = Decimal(bare.replace(",", ""))
    return -amount if negative or minus else amount


def _without_sign(text: str) -> tuple[str, bool]:
    if text[:1] in {"-", "+", MINUS}:
        return text[1:].lstrip(), text[0] != "+"
    return text, False


def _without_currency(text: str) -> str:
    if text[:3] in _DIGITS:
        return text[3:].lstrip()
    if text[:1] and text[0] in _SIGNS[:-1]:
        return text[1:].lstrip()
    return text.removesuffix("元").rstrip()


def _finite(amount: Decimal) -> Decimal:
    if not isinstance(amount, Decimal):
        raise TypeError(f"money is Decimal, int or text, never {type(amount).__name__}")
    if not amount.is_finite():
        raise Refused("money.not_an_amount", _NOT_AN_AMOUNT, text=str(amount))
    if amount.adjusted() > 20:
        raise Refused("money.too_large", _TOO_LARGE, text=excerpt(amount))
    return amount


def _rounded(amount: Decimal) -> int:
    try:
        return int(amount.quantize(Decimal(1), context=_EXACT))
    except InvalidOperation:
        raise Refused("money.too_large", _TOO_LARGE, text=excerpt(amount)) from None


def _half_up(numerator: int, denominator: int) -> int:
    quotient = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -quotient if numerator < 0 else quotient


def _bounded(minor: int) -> int:
    if -MAX_MINOR < minor < MAX_MINOR:
        return minor
    raise Refused("money.too_large", _TOO_LARGE, text=excerpt(minor))
