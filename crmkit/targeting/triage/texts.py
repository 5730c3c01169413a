"""What does a mail want? Learned from mails that people have sorted, with a confidence that can be trusted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.door import number, whole
from crmkit.targeting.triage.asked import labels, written

if TYPE_CHECKING:
    import pandas as pd

# Two signs are most often a word in Chinese; three hold the stems and endings of English; longer runs gain nothing here.
SIGNS = (1, 3)
STRENGTH = 10.0  # inverse of the penalty: rows of TF-IDF have length 1, so weights must be large to tell them apart
COOLEST, HOTTEST = 0.05, 20.0  # bounds of the temperature


@dataclass(frozen=True)
class Triage:
    """A machine that has learned to sort mails by intent."""

    intents: tuple[str, ...]
    common: tuple[float, ...]  # share of each intent among the mails learned from
    temperature: float  # chances are softmax(score / temperature); above 1: the raw ones were too sure
    log_loss_raw: float  # of mails out of the fold, before calibration, nats a mail
    log_loss: float  # the same after; measured where the temperature was chosen
    mails: int  # learned from
    _pipeline: Any = field(repr=False, compare=False)
    _known: Any = field(repr=False, compare=False)  # the mails learned from, a row each of weights of signs

    def predict(self, texts: Iterable[str]) -> pd.DataFrame:
        """Sort mails: the likeliest intent of each, and how sure that is.

        Parameters
        ----------
        texts : column of texts (mails,)
            An empty mail is allowed; it, and a mail of which no sign was ever seen, gets the intents' common shares.

        Returns
        -------
        DataFrame
            On the index of `texts`: intent, confidence (chance that it is right, 0..1, for mails like those
            learned from), nearest (likeness to the nearest mail learned from, cosine 0..1: low means a mail
            unlike all known ones, whose confidence means little), and the chance of each intent by its name.

        Raises
        ------
        TypeError
            If a row is no text.
        """
        import pandas as pd

        rows = written(texts, empty=True)
        vectors = self._pipeline[0].transform(rows)
        chance = _softmax(_scores(self._pipeline[1], vectors) / self.temperature)
        near = (vectors @ self._known.T).max(axis=1).toarray().ravel()
        chance[near <= 0] = (
            self.common
        )  # nothing in the mail was ever seen: no more is known than how common each intent is
        best = chance.argmax(axis=1)
        head = {
            "intent": pd.Categorical.from_codes(best, categories=list(self.intents)),
            "confidence": chance.max(axis=1),
            "nearest": np.clip(near, 0.0, 1.0),
        }
        index = texts.index if isinstance(texts, pd.Series) else None
        whole_table = head | {name: chance[:, k] for k, name in enumerate(self.intents)}
        return pd.DataFrame(whole_table, index=index)


def fit_triage(
    texts: Iterable[str],
    intents: Iterable[str],
    *,
    seed: int | np.random.Generator,
    group: Iterable[Any] | None = None,
    folds: int = 5,
    signs: tuple[int, int] = SIGNS,
    strength: float = STRENGTH,
) -> Triage:
    """Learn to sort mails by intent from mails that people have sorted, in any language.

    Runs of signs are counted instead of words, so Chinese needs no word list and a slip of the pen
    spoils little. How sure the machine may be is learned from mails it had not seen.

    Parameters
    ----------
    texts : column of texts (mails,)
    intents : column of names (mails,)
        What each mail wants; each at least `folds` times.
    seed : int or numpy Generator
        Decides the folds.
    group : column (mails,), optional
        What may repeat itself, e.g. the customer or the wording (``near_copies``): kept in one fold, so that the
        confidence is not learned from copies. One temperature cannot be right for known wordings and new ones
        at once: of mails with a low ``nearest`` the confidence may promise too much.
    folds : int
        Parts for the calibration, at least 2.
    signs : (int, int)
        Shortest and longest run of signs.
    strength : float
        Inverse of the penalty of the logistic regression, above 0.

    Returns
    -------
    Triage
        With ``predict``; temperature, log_loss_raw and log_loss tell what the calibration did.

    Raises
    ------
    TypeError
        If a row is no text.
    ValueError
        If a text is empty, lengths differ, there is one intent only, or an intent has too few mails.

    References
    ----------
    Sebastiani (2002), Machine learning in automated text categorization; Cavnar & Trenkle (1994), runs of
    signs; Guo et al. (2017), temperature scaling, eq. 9.

    >>> machine = fit_triage(["card lost", "card gone", "rate of loan", "a loan"], ["card", "card", "loan", "loan"],
    ...                      seed=1, folds=2)
    >>> machine.predict(["my card!", "which loan?"])["intent"].tolist()
    ['card', 'loan']
    """
    import pandas as pd
    from scipy.optimize import minimize_scalar

    rows = written(texts)
    given = labels("intents", intents, len(rows))
    if not all(isinstance(one, str) for one in given):
        raise TypeError("intents must be names (text). Mend: intents.astype(str)")
    names = tuple(sorted(set(given)))
    reserved = [one for one in ("intent", "confidence", "nearest") if one in names]
    if reserved:
        raise ValueError(f"an intent is called {reserved[0]!r}, like a column of the result. Mend: rename it")
    whole("folds", folds, low=2)
    number("strength", strength, low=0, above=True)
    if len(signs) != 2 or not 1 <= whole("signs", signs[0]) <= whole("signs", signs[1]):
        raise ValueError(f"signs={signs!r} must be (shortest, longest) run of signs")
    if len(names) < 2:
        raise ValueError(f"intents holds only {names[0]!r}; expected two at least, or there is nothing to sort")
    code = np.searchsorted(names, given.astype(str))
    relatives = np.arange(len(rows)) if group is None else pd.factorize(pd.Series(labels("group", group, len(rows))))[0]
    count = pd.DataFrame({"code": code, "relative": relatives}).groupby("code")["relative"].nunique()
    if count.min() < folds:
        rare = names[int(count.idxmin())]
        raise ValueError(
            f"the intent {rare!r} has {int(count.min())} mail(s) or groups of them; expected at least folds={folds} of each. "
            "Mend: join rare intents, sort more mails, or use fewer folds"
        )
    held = _out_of_fold(rows, code, relatives, folds, signs, strength, np.random.default_rng(seed), len(names))

    def loss(log_heat: float) -> float:
        chance = _softmax(held / np.exp(log_heat))
        return float(-np.log(np.maximum(chance[np.arange(len(code)), code], 1e-300)).mean())

    found = minimize_scalar(loss, bounds=(np.log(COOLEST), np.log(HOTTEST)), method="bounded")
    pipeline = _pipeline(signs, strength)
    pipeline.fit(rows, code)
    known = pipeline[0].transform(rows)
    shares = tuple((np.bincount(code, minlength=len(names)) / len(code)).tolist())
    return Triage(names, shares, float(np.exp(found.x)), loss(0.0), float(found.fun), len(rows), pipeline, known)


def _out_of_fold(
    rows: list[str],
    code: np.ndarray,
    relatives: np.ndarray,
    folds: int,
    signs: tuple[int, int],
    strength: float,
    rng: np.random.Generator,
    kinds: int,
) -> np.ndarray:
    """Scores of each mail from a machine that had not seen it."""
    from sklearn.model_selection import StratifiedGroupKFold

    held = np.empty((len(rows), kinds))
    parts = StratifiedGroupKFold(folds, shuffle=True, random_state=int(rng.integers(2**31)))
    for train, test in parts.split(rows, code, relatives):
        if len(np.unique(code[train])) < kinds:
            raise ValueError(
                "an intent stands in one fold only, in a few large groups. Mend: fewer folds, or smaller groups"
            )
        machine = _pipeline(signs, strength)
        machine.fit([rows[k] for k in train], code[train])
        held[test] = _scores(machine[1], machine[0].transform([rows[k] for k in test]))
    return held


def _pipeline(signs: tuple[int, int], strength: float) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    # Runs across the space between words tell the order of words; "char_wb" would cut Chinese at commas only.
    runs = TfidfVectorizer(analyzer="char", ngram_range=signs, sublinear_tf=True, min_df=1, dtype=np.float64)
    return make_pipeline(runs, LogisticRegression(C=strength, max_iter=1_000, tol=1e-4))


def _scores(model: Any, vectors: Any) -> np.ndarray:
    """Linear scores, one an intent, also where there are two."""
    score = model.decision_function(vectors)
    return np.column_stack([np.zeros(len(score)), score]) if score.ndim == 1 else score


def _softmax(score: np.ndarray) -> np.ndarray:
    from scipy.special import softmax

    return softmax(score, axis=1)
