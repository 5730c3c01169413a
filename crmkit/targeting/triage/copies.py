"""Mails that are nearly copies of each other: a test on copies of what was learned proves little."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from crmkit.door import share
from crmkit.targeting.triage.asked import written

SIGNS = (3, 3)  # three signs in a row: rare enough that only common wording is shared
AT_ONCE = 500  # mails compared with all at once


def near_copies(texts: Iterable[str], *, likeness: float = 0.7) -> np.ndarray:
    """Number the wordings: mails with most of their signs in common get the same number.

    For ``hold_out`` and the `group` of ``fit_triage``, so that a machine is judged by wordings that it has
    not seen. Digits count as one sign. Mails are joined in chains, so one wording may gather many.

    Parameters
    ----------
    texts : column of texts (mails,)
    likeness : float
        Cosine of runs of three signs from which two mails are copies, between 0 and 1.

    Returns
    -------
    array (mails,)
        Number of the wording, 0 or more.

    Raises
    ------
    TypeError
        If a row is no text.
    ValueError
        If a text is empty, or likeness no share.

    References
    ----------
    Broder (1997), On the resemblance and containment of documents.

    >>> near_copies(["I lost 20 dollars", "I lost 3500 dollars", "a loan for a house"]).tolist()
    [0, 0, 1]
    """
    import re

    from scipy.sparse import csr_matrix, vstack
    from scipy.sparse.csgraph import connected_components
    from sklearn.feature_extraction.text import TfidfVectorizer

    rows = [re.sub(r"\d+", "0", one) for one in written(texts)]
    share("likeness", likeness, inside=True)
    # Equal mails need no comparing.
    distinct, at = np.unique(np.array(rows, dtype=object).astype(str), return_inverse=True)
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=SIGNS, sublinear_tf=True).fit_transform(distinct)
    parts = []
    for begin in range(0, len(distinct), AT_ONCE):
        near = (vectors[begin : begin + AT_ONCE] @ vectors.T).tocsr()
        near.data = (near.data >= likeness).astype(np.int8)
        near.eliminate_zeros()
        parts.append(csr_matrix(near))
    return connected_components(vstack(parts), directed=False)[1][at]
