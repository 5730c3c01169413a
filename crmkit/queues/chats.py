"""The agents of a team who hold several chats at once: who takes the next, and when each chat ends."""

from __future__ import annotations

import heapq


class Chats:
    """One team at work. A chat goes to the agent with fewest; all chats of an agent slow down alike (processor sharing).

    Where the staff falls, those with fewest chats take no more and leave when they have none.
    """

    def __init__(self, pace: tuple[float, ...], staff: int) -> None:
        self.pace, self.staff, self.present = pace, 0, 0
        self.tiers: list[dict[int, None]] = [{} for _ in range(len(pace) + 1)]  # agents there, by their number of chats
        self.away: list[int] = []
        self.work: list[float] = []  # work of one chat done by each agent since the last pause
        self.time: list[float] = []  # time of an agent that one chat took since then
        self.since: list[float] = []  # of the last change
        self.open: list[
            list[tuple[float, int, float]]
        ] = []  # where `work` ends a chat; its number; `time` at its begin
        self.turn: list[int] = []  # number of the last forecast of an end: earlier ones no longer hold
        self.change(staff)

    def change(self, staff: int) -> None:
        """Another number on duty."""
        self.staff = staff
        while self.present < staff:
            if not self.away:
                self.away.append(len(self.turn))
                for column, first in ((self.work, 0.0), (self.time, 0.0), (self.since, 0.0), (self.turn, 0)):
                    column.append(first)  # type: ignore[attr-defined]
                self.open.append([])
            self.tiers[0][self.away.pop()] = None
            self.present += 1
        self._leave()

    def _leave(self) -> None:
        while self.present > self.staff and self.tiers[0]:
            self.away.append(self.tiers[0].popitem()[0])
            self.present -= 1

    def free(self) -> int:
        """Who takes the next chat; -1: nobody."""
        leaving = self.present - self.staff
        for tier in self.tiers[:-1]:
            if len(tier) > leaving:
                return next(reversed(tier))
            leaving -= len(tier)
        return -1

    def begin(self, agent: int, call: int, handle: float, now: float) -> tuple[float, int]:
        """One more chat; when the agent's next ends, and the number of that forecast."""
        self._until(agent, now)
        if not self.open[agent]:
            self.work[agent] = self.time[agent] = 0.0
        heapq.heappush(self.open[agent], (self.work[agent] + handle, call, self.time[agent]))
        self._move(agent, len(self.open[agent]) - 1)
        return self._next(agent, now)

    def end(self, agent: int, now: float) -> tuple[int, float, tuple[float, int] | None]:
        """The chat that ends now, the time of the agent it took, and when the agent's next ends."""
        self._until(agent, now)
        self.work[agent], call, begun = heapq.heappop(self.open[agent])
        taken = self.time[agent] - begun
        self._move(agent, len(self.open[agent]) + 1)
        self._leave()
        return call, taken, self._next(agent, now) if self.open[agent] else None

    def _until(self, agent: int, now: float) -> None:
        chats, spent = len(self.open[agent]), now - self.since[agent]
        if chats:
            self.work[agent] += spent / self.pace[chats - 1]
            self.time[agent] += spent / chats
        self.since[agent] = now

    def _move(self, agent: int, before: int) -> None:
        del self.tiers[before][agent]
        self.tiers[len(self.open[agent])][agent] = None

    def _next(self, agent: int, now: float) -> tuple[float, int]:
        chats = self.open[agent]
        self.turn[agent] += 1
        return now + (chats[0][0] - self.work[agent]) * self.pace[len(chats) - 1], self.turn[agent]
