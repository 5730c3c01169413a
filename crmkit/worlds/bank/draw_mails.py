"""E-mails in natural language: parts from pools, joined at random, so that no row is written one by one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.bank.draw_clients import categories
from crmkit.worlds.bank.draw_credit import visits
from crmkit.worlds.bank.letters import ENDINGS, ENGLISH, GREETINGS, LANGUAGES, LETTERS, VAGUE
from crmkit.worlds.bank.parts import unit_shares

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.bank.draw_clients import Calendar, Clients
    from crmkit.worlds.bank.world import Bank

NUMBERS = 40  # variants of a part that holds a number
SLIPS = 30  # variants of a sentence with a slip
DETAIL_SHARE = 0.6  # of mails with a detail
# The pools are a fixed list of parts: their seed is part of the list, not of any draw.
_POOL_SEED = 20_260_102


def mail_frames(
    world: Bank, known: Clients, calendar: Calendar, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Mails (bank.mails) and the intent behind each (truth.bank.mails)."""
    import pandas as pd

    box = world.mail
    chinese = rng.random(len(known)) < box.chinese_share
    who, day = visits(known, calendar, box.per_year, rng)
    n = len(who)
    intent = rng.choice(len(box.intents), size=n, p=unit_shares([one.share for one in box.intents]))
    vague, slipped = rng.random(n) < box.vague_share, rng.random(n) < box.slip_share
    detailed = (rng.random(n) < DETAIL_SHARE) & ~vague
    choice = rng.random((5, n))  # greeting, sentence, slip, detail, ending
    language = chinese[who].astype(np.int64)

    text = np.full(n, "", dtype=object)
    for tongue, words in enumerate(LANGUAGES):
        here = np.flatnonzero(language == tongue)
        core = np.full(len(here), "", dtype=object)
        detail = np.full(len(here), "", dtype=object)
        for code, one in enumerate((*(one.name for one in box.intents), "")):
            mine = vague[here] if not one else (intent[here] == code) & ~vague[here]
            sound, wrong, details = _parts(one, words)
            at = here[mine]
            row = (choice[1, at] * len(sound)).astype(np.int64)
            slip = (choice[2, at] * wrong.shape[1]).astype(np.int64)
            core[mine] = np.where(slipped[at], wrong[row, slip], sound[row])
            extra = details[(choice[3, at] * len(details)).astype(np.int64)]
            detail[mine] = np.where(detailed[at], extra, "")
        text[here] = _pick(GREETINGS[words], choice[0, here]) + core + detail + _pick(ENDINGS[words], choice[4, here])
    ids = 1 + np.arange(n)
    mails = pd.DataFrame(
        {
            "mail_id": ids,
            "customer_id": known.ids[who],
            "day": calendar.date(day),
            "language": categories(LANGUAGES, language),
            "text": pd.array(text, dtype="str"),
        }
    )
    truth = pd.DataFrame(
        {
            "mail_id": ids,
            "intent": categories([one.name for one in box.intents], intent),
            "vague": vague,
            "slip": slipped,
        }
    )
    return mails, truth


def _pick(parts: tuple[str, ...], chance: np.ndarray) -> np.ndarray:
    return np.array(parts, dtype=object)[(chance * len(parts)).astype(np.int64)]


@lru_cache(maxsize=2 * (len(LETTERS) + 1))
def _parts(intent: str, language: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sentences, the same with slips (a row a sentence), and details; intent "" for vague mails."""
    code = list(LETTERS).index(intent) if intent else len(LETTERS)
    rng = np.random.default_rng([_POOL_SEED, code, LANGUAGES.index(language)])
    sentences, details = LETTERS[intent][language] if intent else (VAGUE[language], ("",))
    sound = np.array(_numbered(sentences, rng), dtype=object)
    wrong = np.array([[_slip(one, rng) for _ in range(SLIPS)] for one in sound], dtype=object)
    gap = " " if language == ENGLISH else ""
    return sound, wrong, np.array([gap + one for one in _numbered(details, rng)], dtype=object)


def _numbered(parts: tuple[str, ...], rng: np.random.Generator) -> list[str]:
    """Each part as often as the others, those with a sign for a number with one of their own each time."""
    return [
        part.replace("#", str(rng.integers(2, 30)))
        .replace("$", str(50 * rng.integers(2, 800)))
        .replace("%", str(rng.integers(1_000, 10_000)))
        for part in parts
        for _ in range(NUMBERS)
    ]


def _slip(text: str, rng: np.random.Generator) -> str:
    """One slip of the pen between the first and the last sign: swapped, left out, or doubled."""
    at = int(rng.integers(1, len(text) - 2))
    kind = rng.integers(3)
    if kind == 0 and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :] if kind == 1 else text[:at] + text[at] + text[at:]
