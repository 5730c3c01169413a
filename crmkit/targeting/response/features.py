"""What customers are described by: which columns are numbers, which are words, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.frames import native
from crmkit.tables import require
from crmkit.targeting.asked import same_length, yes_or_no

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike

MISSING = "(missing)"  # the category of what is not known
MOST_CATEGORIES = 30  # of one column; rarer ones are taken together
KEY_ROWS = 20  # in fewer rows words that all differ are no sign of a key


def sound(features: pd.DataFrame, outcome: ArrayLike) -> tuple[np.ndarray, list[str], list[str]]:
    """Outcome as 0 and 1, and the names of the columns of numbers and of words; or one clear refusal."""
    import pandas as pd

    native(features, name="features")
    n = len(features)
    if isinstance(outcome, pd.Series) and not outcome.index.equals(features.index) and len(outcome) == n:
        raise ValueError("outcome has another index than features. Mend: outcome.reindex(features.index)")
    happened = yes_or_no("outcome", outcome, both=False)
    same_length("outcome", happened, "features", n)
    yes_or_no("outcome", outcome)
    names = list(features.columns)
    if not names:
        raise ValueError("features has 0 columns; expected at least one that describes the customers")
    odd = [name for name in names if not isinstance(name, str)]
    if odd or len(set(names)) < len(names):
        raise ValueError(f"features has the columns {names}; expected names, each once. Mend: features.columns = [...]")
    figures, words = [], []
    for name in names:
        column = features[name]
        if column.isna().all():
            raise ValueError(f"features[{name!r}] is missing in all {n:,} rows. Mend: features.drop(columns={name!r})")
        if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_timedelta64_dtype(column):
            raise ValueError(
                f"features[{name!r}] holds days or times; expected numbers or words. Mend: days up to the day of the decision, "
                f"(as_of - features[{name!r}]).dt.days"
            )
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_complex_dtype(column):
            figures.append(name)
            continue
        words.append(name)
        if n >= KEY_ROWS and column.nunique() == n:
            raise ValueError(
                f"features[{name!r}] has another word in each of the {n:,} rows: a name or key, from which nothing can be "
                f"learned. Mend: features.drop(columns={name!r})"
            )
    plain(features, figures, words)
    return happened, figures, words


def plain(frame: pd.DataFrame, figures: Sequence[str], words: Sequence[str], *, name: str = "features") -> pd.DataFrame:
    """The columns as floats (missing: nan) and as words (missing: a word of its own), whatever they were."""
    import pandas as pd

    require(frame, [*figures, *words], name=name)
    made: dict[str, Any] = {}
    for column in figures:
        if not pd.api.types.is_numeric_dtype(frame[column]):
            known = frame[column].dropna()
            if len(known):
                raise ValueError(
                    f"{name}[{column!r}] holds {known.iloc[0]!r}; the model learned numbers there. "
                    f"Mend: pandas.to_numeric({name}[{column!r}])"
                )
            made[column] = np.full(len(frame), np.nan)
            continue
        values = frame[column].to_numpy(dtype=float, na_value=np.nan)
        if np.isinf(values).any():
            first = int(np.flatnonzero(np.isinf(values))[0])
            raise ValueError(
                f"{name}[{column!r}] is {values[first]} in row {first}; expected a number, or nan for what is not known"
            )
        made[column] = values
    for column in words:
        values = frame[column]
        made[column] = values.astype(object).where(values.notna(), MISSING).map(str).to_numpy(dtype=object)
    return pd.DataFrame(made, index=frame.index)


def transformer(figures: Sequence[str], words: Sequence[str], *, scale: bool, impute: bool) -> Any:
    """Numbers filled and scaled, words as columns of 0 and 1; a scikit-learn ColumnTransformer.

    A missing number becomes the median, with a column that says so. Categories never seen count as rare ones,
    or as none where there were no rare ones.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    steps = ([SimpleImputer(strategy="median", add_indicator=True)] if impute else []) + [StandardScaler()] * scale
    parts = []
    if figures:
        parts.append(("figures", make_pipeline(*steps) if steps else "passthrough", list(figures)))
    if words:
        coded = OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=MOST_CATEGORIES, sparse_output=False)
        parts.append(("words", coded, list(words)))
    return ColumnTransformer(parts, verbose_feature_names_out=False)


def typical(frame: pd.DataFrame, figures: Sequence[str], words: Sequence[str]) -> pd.DataFrame:
    """One made-up customer: the median of each number (of yes or no the commoner), the commonest of each word."""
    import pandas as pd

    clean = plain(frame, figures, words)
    # The lower of two middle numbers: a value that occurs, also of whole numbers.
    row: dict[str, Any] = {name: float(np.nanquantile(clean[name], 0.5, method="lower")) for name in figures}
    row |= {name: row[name] == 1 for name in figures if pd.api.types.is_bool_dtype(frame[name])}
    row |= {name: clean[name].mode().iloc[0] for name in words}
    return pd.DataFrame([row], columns=list(frame.columns))
