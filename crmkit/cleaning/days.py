"""Reading one column as days: formats, Excel's day numbers, time zones, day or month first."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from crmkit.cleaning.parse import MISSING_WORDS, TIDIED, Parsed, blank, by_distinct, plain

# Days between these are taken as Excel's day numbers (1982 to 2064); others are no dates.
EXCEL_DAYS = (30_000, 60_000)
EXCEL_EPOCH = pd.Timestamp(1899, 12, 30)
EARLIEST, LATEST = pd.Timestamp(1900, 1, 1), pd.Timestamp(2262, 1, 1)

# How a date may begin, and its formats in the order they are tried; none leaves open which comes first, day or month.
DATE_FORMATS = {
    re.compile(r"\d{4}\D"): ("%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"),
    re.compile(r"\d{8}$"): ("%Y%m%d",),  # 202511 would be read as 1 January
    re.compile(r"\d{1,2}\D"): ("%d.%m.%Y", "%d %b %Y", "%d %B %Y"),
    re.compile(r"\D"): ("%b %d, %Y",),
}
SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
# A time of day behind a date; the day is all that is kept.
TIME = re.compile(r"[ T,]+([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?( ?[ap]\.?m\.?)?$", re.IGNORECASE)


def read_days(values: pd.Series, *, dayfirst: bool | None = None) -> Parsed:
    """Days; other formats and Excel's day numbers are mended, time zones dropped.

    A stamp with a time zone keeps the day that its own clock showed: moved to another
    zone, a purchase late in the evening would change its day.

    ``03/04/2025`` is read only where `dayfirst` says how, or where other rows of the
    same column show it (a ``25`` in first or second place); else it is refused.
    """
    refused, mended = blank(values), blank(values)
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        day = values.dt.tz_localize(None)
        mended[day.notna()] = f"time zone {values.dt.tz} dropped, local day kept"
    elif pd.api.types.is_datetime64_dtype(values.dtype):
        day = values.copy()
    elif pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_complex_dtype(values.dtype):
        day = pd.Series(pd.NaT, index=values.index, dtype="datetime64[us]")
        numbers = values.astype("float64")
        excel = numbers.between(*EXCEL_DAYS)
        day[excel] = EXCEL_EPOCH + pd.to_timedelta(np.floor(numbers[excel]), unit="D")
        mended[excel] = "Excel day number read"
        joined = numbers.between(19_000_101, 22_621_231) & (numbers % 1 == 0)  # 20251231
        day[joined] = pd.to_datetime(numbers[joined].astype("int64").astype(str), format="%Y%m%d", errors="coerce")
        mended[joined & day.notna()] = "date format"
    else:
        text = values.astype("object").where(values.notna(), "").map(str)
        day = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
        if day.isna().any():
            odd = day.isna() & values.notna()
            reader = _DayReader(text[odd], dayfirst)
            read, why, how = by_distinct(text[odd], reader)
            day = day.astype("datetime64[us]")
            day[odd] = pd.Series(read, index=text.index[odd], dtype="datetime64[us]")
            refused[odd], mended[odd] = why, how
    day = day.astype("datetime64[us]").dt.normalize()
    refused[values.isna()] = "missing"
    refused[day.isna() & (refused == "")] = "not a date"
    outside = day.notna() & ~day.between(EARLIEST, LATEST)
    refused[outside] = f"before {EARLIEST.year} or after {LATEST.year}"
    return Parsed(day, refused, mended)


class _DayReader:
    """Reads one odd date; learns from the whole column which of day and month comes first."""

    def __init__(self, odd: pd.Series, dayfirst: bool | None) -> None:
        self.dayfirst, self.why = dayfirst, "day or month first? say dayfirst=True or False"
        if dayfirst is None:
            found = [SLASHED.fullmatch(TIME.sub("", plain(text))) for text in pd.unique(odd)]
            first, second = (any(int(one[place]) > 12 for one in found if one) for place in (1, 2))
            if first != second:
                self.dayfirst = bool(first)
            elif first and second:
                self.why = "day and month first are mixed in this column; say dayfirst=True or False"

    def __call__(self, text: str) -> tuple[object, str, str]:
        tidy = plain(text)
        if tidy.lower() in MISSING_WORDS:
            return pd.NaT, "missing", ""
        date = TIME.sub("", tidy)
        day, why, how = self._iso(tidy) or self._other(date) or self._slashed(date) or (pd.NaT, "not a date", "")
        return day, why, how or ("" if why or tidy == text else TIDIED)

    def _iso(self, text: str) -> tuple[object, str, str] | None:
        if not re.match(r"\d{4}-\d{1,2}-\d{1,2}", text):
            return None
        try:
            stamp = pd.Timestamp(text)
        except (ValueError, OverflowError):
            return None
        if stamp.tzinfo is not None:
            return stamp.tz_localize(None), "", "time zone dropped, local day kept"
        return stamp, "", "" if re.match(r"\d{4}-\d{2}-\d{2}", text) else "date format"

    def _other(self, text: str) -> tuple[object, str, str] | None:
        for form in (form for begin, forms in DATE_FORMATS.items() if begin.match(text) for form in forms):
            try:
                return pd.to_datetime(text, format=form), "", "date format"
            except ValueError:
                continue
        if re.fullmatch(r"\d{5}(\.\d+)?", text) and EXCEL_DAYS[0] <= float(text) <= EXCEL_DAYS[1]:
            return EXCEL_EPOCH + pd.Timedelta(days=int(float(text))), "", "Excel day number read"
        return None

    def _slashed(self, text: str) -> tuple[object, str, str] | None:
        match = SLASHED.fullmatch(text)
        if not match:
            return None
        one, two, year = (int(part) for part in match.groups()[:3])
        dayfirst = self.dayfirst
        if dayfirst is None:
            return pd.NaT, self.why, ""
        day, month = (one, two) if dayfirst else (two, one)
        try:
            return pd.Timestamp(year, month, day), "", "date format"
        except ValueError:
            return None
