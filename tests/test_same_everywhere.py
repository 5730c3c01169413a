"""Answers do not hang on the processor: its linear algebra may differ in the last bit, what a reader is told may not."""

import os
import platform
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

# Models end in money, so a customer who changes sides shows. Weak signs make long searches, where last bits grow.
ASKED = """
import sys
import numpy as np
import pandas as pd
from threadpoolctl import threadpool_info
from crmkit.targeting import response
from crmkit.targeting.market import fit_bass, hasten

kinds = {one["architecture"].lower() for one in threadpool_info() if one.get("internal_api") == "openblas"}
print(*sorted(kinds), file=sys.stderr)
rng = np.random.default_rng(1)
known = pd.DataFrame(rng.normal(size=(1_500, 12)), columns=list("abcdefghijkl"))
happened = rng.random(1_500) < 1 / (1 + np.exp(2.5 - 0.3 * known["a"] - 0.3 * np.abs(known["b"])))
found = response.compare(known, happened, kinds=["logistic", "network"], value=30.0, cost=5.0, seed=1)
print(found.table.round(2).to_csv())
fit = fit_bass([10, 14, 18, 22, 24, 23, 20, 16, 11, 8, 5, 3])
told = hasten(fit, periods=36, each=5.0, error=0.5, one_off=10.0, seed=1)
print(*(f"{one:.5g}" for one in (told.net, told.net_low, told.net_high, told.gained_low, told.gained_high)))
"""


def answers(kernel: str) -> tuple[str, str]:
    """What is printed with one kind of linear algebra kernels, and which kind was taken."""
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        env=os.environ | {"OPENBLAS_CORETYPE": kernel},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout, done.stderr


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="only there can the kernels be chosen")
def test_models_and_draws_are_the_same_with_other_kernels_of_linear_algebra():
    with ThreadPoolExecutor() as pool:
        old, new = pool.map(answers, ["Prescott", "Haswell"])
    assert old[1] != new[1], "the kernels did not change, so nothing was tested"
    assert old[0] == new[0]
