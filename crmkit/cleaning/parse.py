"""Reading one column of text as ids, text, numbers or yes and no (days have a module of their own).

Each reader returns a `Parsed`: the values, and for the rows it could not take or
had to mend, what it says about them. Readers look at distinct odd values only,
so ten million sound rows cost one vectorised pass.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

MISSING_WORDS = frozenset({"", "na", "n/a", "nan", "null", "none", "nil", "-", "--", "#n/a", "?", "nat", "<na>"})
YES, NO = frozenset({"true", "t", "yes", "y", "1", "1.0"}), frozenset({"false", "f", "no", "n", "0", "0.0"})
TIDIED = "blanks or full-width characters removed"
EXACT = 2**53  # beyond it a float cannot tell one whole number from the next


@dataclass(frozen=True)
class Parsed:
    """A column read: value, why a row is refused ("" if not), how it was mended ("" if not)."""

    value: pd.Series
    refused: pd.Series
    mended: pd.Series


def blank(values: pd.Series) -> pd.Series:
    """Nothing to say yet, one entry a row."""
    return pd.Series("", index=values.index, dtype="object")


def plain(text: str) -> str:
    """Full-width figures and letters as plain ones, without blanks around."""
    return unicodedata.normalize("NFKC", text).replace("\u200b", "").strip()


def by_distinct(
    odd: pd.Series, read: Callable[[str], tuple[object, str, str]]
) -> tuple[list[object], list[str], list[str]]:
    """Apply (value, refusal, mending) = read(text) once to each distinct text."""
    known = {text: read(text) for text in pd.unique(odd)}
    parts = [known[text] for text in odd]
    return [part[0] for part in parts], [part[1] for part in parts], [part[2] for part in parts]


def read_ids(values: pd.Series) -> Parsed:
    """Identifiers: whole numbers stay numbers, all else becomes trimmed text (see `as_numbers`)."""
    refused, mended = blank(values), blank(values)
    gone = values.isna()
    refused[gone] = "missing"
    if pd.api.types.is_integer_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        return Parsed(values, refused, mended)
    if pd.api.types.is_float_dtype(values.dtype) and not gone.all():
        sound = values[~gone]
        unsound = ~np.isfinite(sound) | (sound.abs() > EXACT)
        refused[sound.index[unsound]] = "not an identifier"
        if (sound[~unsound] % 1 == 0).all():  # an integer column that held gaps
            whole = values.where(refused == "")
            return Parsed(whole.astype("Int64"), refused, mended)
        values = values.astype("object")
    text = values.astype("object").where(~gone, "").map(str).astype("object")
    trimmed = text.map(plain) if not text.empty else text
    missing = trimmed.str.lower().isin(MISSING_WORDS) if len(trimmed) else gone
    refused[missing] = "missing"
    changed = (trimmed != text) & ~missing
    mended[changed] = TIDIED
    return Parsed(trimmed.where(~missing).astype("str"), refused, mended)


def as_numbers(ids: pd.Series) -> pd.Series:
    """Whole numbers where every identifier is one; a leading zero keeps all of them text."""
    if pd.api.types.is_integer_dtype(ids.dtype):
        fits = ids.notna().all() and (ids.empty or ids.max() <= np.iinfo("int64").max)
        return ids.astype("int64") if fits else ids
    distinct = pd.Series(pd.unique(ids), dtype="object")
    if len(distinct) and distinct.notna().all() and distinct.str.fullmatch(r"0|[1-9]\d{0,17}").all():
        return ids.astype("int64")
    return ids


def read_text(values: pd.Series) -> Parsed:
    """Free text; blanks around it are taken away and only missing values are refused."""
    gone = values.isna()
    text = values.astype("object").where(~gone, "").map(str).astype("object")
    trimmed = text.str.strip() if len(text) else text
    refused, mended = blank(values), blank(values)
    missing = gone | (trimmed == "")
    refused[missing] = "missing"
    mended[(trimmed != text) & ~missing] = "blanks removed"
    return Parsed(trimmed.astype("str"), refused, mended)


def read_yes_no(values: pd.Series) -> Parsed:
    """True or False, also from the usual words and 1 or 0."""
    words = values.astype("object").where(values.notna(), "").map(lambda value: plain(str(value)).lower())
    refused, mended = blank(values), blank(values)
    yes, no = words.isin(YES), words.isin(NO)
    refused[~yes & ~no] = "neither yes nor no"
    refused[words.isin(MISSING_WORDS)] = "missing"
    mended[(yes | no) & ~words.isin(["true", "false"])] = "read as yes or no"
    return Parsed(yes.astype("boolean").mask(~yes & ~no), refused, mended)


def read_numbers(values: pd.Series) -> Parsed:
    """Numbers; currency signs, thousands marks and decimal commas are mended.

    Where a column carries more than one currency, the one of most of the different
    texts is the log's own and rows in another are refused: 12 euros are not 12 yuan.
    """
    refused, mended = blank(values), blank(values)
    types = pd.api.types
    odd_kind = (types.is_bool_dtype, types.is_datetime64_any_dtype, types.is_timedelta64_dtype, types.is_complex_dtype)
    if any(is_it(values.dtype) for is_it in odd_kind):  # pandas would make numbers of them
        refused[:] = "not a number"
        refused[values.isna()] = "missing"
        return Parsed(pd.Series(np.nan, index=values.index), refused, mended)
    if types.is_numeric_dtype(values.dtype):
        number = values.astype("float64")
    else:
        number = _from_text(values, refused, mended)
    refused[values.isna()] = "missing"
    refused[np.isinf(number)] = "infinite"
    return Parsed(number, refused, mended)


def _from_text(values: pd.Series, refused: pd.Series, mended: pd.Series) -> pd.Series:
    """The numbers in a column of text or of many types; says into the last two what it met."""
    if values.dtype == object:  # True is no number, and numbers of any size and type have a text
        values = values.where(values.isna(), values.map(str))
    number = pd.to_numeric(values, errors="coerce").astype("float64")
    odd = number.isna() & values.notna()
    if odd.any():
        number[odd], refused[odd], mended[odd] = by_distinct(values[odd].map(str), _read_number)
    text = values.astype("object").where(values.notna(), "").map(str)
    padded = number.notna() & (mended == "") & (text.str.strip() != text)
    mended[padded] = "blanks removed"
    signed = text[mended.str.contains(SIGN_REMOVED, regex=False)]
    currency = signed.map(lambda one: _SIGN.search(one)[0]).replace(_SAME_CURRENCY)
    if currency.nunique() > 1:
        other = currency[currency != currency.mode().iloc[0]]
        number[other.index], mended[other.index] = np.nan, ""
        refused[other.index] = "in another currency (" + other + ")"
    return number


SIGN_REMOVED = "currency sign removed"
_SAME_CURRENCY = {"¥": "CNY", "￥": "CNY", "元": "CNY", "RMB": "CNY", "$": "USD", "€": "EUR", "£": "GBP"}


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_CURRENCY = r"CNY|RMB|USD|EUR|GBP"
_SIGN = re.compile(rf"[¥$€£￥元]|{_CURRENCY}")
_SIGNS = re.compile(rf"^(-?)\s*(?:[¥$€£￥]|{_CURRENCY})\s*|\s*(?:[¥$€£元]|{_CURRENCY})$")


def _read_number(text: str) -> tuple[float, str, str]:
    tidy = plain(text)
    if tidy.lower() in MISSING_WORDS:
        return np.nan, "missing", ""
    how = [] if tidy == text.strip() else [TIDIED]
    bare = _SIGNS.sub(r"\1", tidy)
    if bare != tidy:
        how.append(SIGN_REMOVED)
    if re.fullmatch(r"\(.+\)", bare):
        bare = "-" + bare[1:-1]
        how.append("brackets read as minus")
    if "," in bare or re.search(r"\d[\s\u00a0']\d", bare):
        bare, note = _marks(bare)
        how.append(note)
    if _NUMBER.fullmatch(bare):
        return float(bare), "", "; ".join(how) or TIDIED
    return np.nan, "not a number", ""


def _marks(text: str) -> tuple[str, str]:
    """Take thousands marks away and write the decimal mark as a point; what fits no custom stays as it is."""
    text = re.sub(r"(?<=\d)[\s\u00a0'](?=\d{3})", "", text)
    if "," in text and "." in text:
        point = max(",.", key=text.rfind)
        whole, _, part = text.rpartition(point)
        mark = re.escape("." if point == "," else ",")
        if not re.fullmatch(rf"[+-]?\d{{1,3}}({mark}\d{{2,3}})*{mark}\d{{3}}", whole):  # two in India
            return text, ""
        note = "decimal comma read" if point == "," else "thousands marks removed"
        return re.sub(mark, "", whole) + "." + part, note
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}(,\d{3})+", text):
        return text.replace(",", ""), "thousands marks removed"
    if re.fullmatch(r"[+-]?\d*,\d+", text):
        return text.replace(",", "."), "decimal comma read"
    return text, "thousands marks removed"
