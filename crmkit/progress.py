"""A bar for long work on the command line."""

from __future__ import annotations

import sys
import threading


class Progress:
    """A bar on standard error once the work has taken a second; it moves while a stage is silent."""

    def __init__(self) -> None:
        from tqdm import tqdm

        self.seen = False
        self.screen = sys.stderr.isatty()
        # The ticker alone draws: a delay without end keeps tqdm from doing so.
        self.bar = tqdm(
            total=1.0, delay=1e9, leave=False, bar_format="{desc} |{bar:20}| {percentage:3.0f} %, {elapsed}"
        )
        self.ended = threading.Event()
        self.ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Progress:
        self.ticker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.ticker.join()
        if self.seen:
            self.bar.clear()
            if not self.screen:
                sys.stderr.write("\n")
        self.bar.close()

    def __call__(self, stage: str, share: float) -> None:
        """Told by the work: what is done, and how much of it."""
        self.bar.set_description_str(f"crmkit: {stage}", refresh=False)
        self.bar.n = share

    def _tick(self) -> None:
        pause = 1.0
        while not self.ended.wait(pause):
            self.seen = True
            self.bar.refresh()
            pause = 0.3 if self.screen else 10.0  # a log file needs fewer
