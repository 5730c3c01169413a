"""The class on one page: where tomorrow's lecture should start."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from crmkit.checks.question import OPEN
from crmkit.classroom.export import UNNAMED, counted, rights
from crmkit.classroom.grade import Class, questions
from crmkit.classroom.marking import Marked
from crmkit.classroom.pages import decision_of, outlined, shown, titled
from crmkit.report.html import bullets, count, document, escape, paragraph, sentence, share, table

WEAK = 3  # questions named first
BOARD = 10  # lines of the leaderboard


def page(found: Class) -> str:
    """The report of a class, as one page that needs nothing but itself."""
    course = found.course
    body = [
        f"<header><h1>{escape(course.name)}: report of the class</h1></header><main>",
        '<section class="short"><h2 style="border:0;margin:0;padding:0">In short</h2>',
        bullets(_short(found)),
        "</section>",
        "<section><h2>Marks</h2>",
        _marks(found),
        "</section>",
    ]
    for bank in course.banks:
        body += _case(found, bank, found.of(bank))
    body += ["<section><h2>To look at</h2>", *_notes(found), "</section></main>"]
    return document(f"{course.name}: report", body)


def _short(found: Class) -> Iterator[str]:
    handed = [one for one in found.results if one.record is not None]
    yield f"{len(handed)} of {len(found.results)} handed in."
    most = sum(found.most(bank) for bank in found.marked)
    if handed:
        points = sorted(one.points(found.marked) for one in handed)
        middle, low, high = points[len(points) // 2], points[0], points[-1]
        yield f"Points in {', '.join(found.marked)}: middle {middle} of {most}, from {low} to {high}."
    weak = sorted((one for bank in found.course.banks for one in _weak(found, bank)), key=lambda one: one[0])
    for right, bank, name, says in weak[:WEAK]:
        slip = f"; most often: {says}" if says else ""
        yield f"Start with {bank} {name}: {share(right)} right{slip}"


def _weak(found: Class, bank: str) -> Iterator[tuple[float, str, str, str]]:
    for name in questions(bank):
        right, answered = rights(found.of(bank), name)
        if answered and right < answered:
            named = [says for says, _ in counted(found.of(bank), name) if says != UNNAMED]
            yield right / answered, bank, name, named[0] if named else ""


def _marks(found: Class) -> str:
    points = Counter(one.points(found.marked) for one in found.results if one.record is not None)
    most = sum(found.most(bank) for bank in found.marked)
    rows = [
        (str(one), str(points[one]), "█" * round(20 * points[one] / max(points.values())))
        for one in range(max(points, default=0), min(points, default=0) - 1, -1)
        if points
    ]
    return table(f"How many reached how many of {most} points", ("points", "students", ""), rows, text=("",))


def _case(found: Class, bank: str, marked: list[Marked]) -> Iterator[str]:
    yield f"<section><h2>{titled(bank)}</h2>"
    if not marked:
        yield paragraph("Nobody handed it in.")
        yield "</section>"
        return
    rows, alike = [], []
    for name in questions(bank):
        right, answered = rights(marked, name)
        keys = {
            shown(mark.right)
            for one in marked
            for mark in one.marks
            if mark.question == name and mark.right is not None
        }
        if len(keys) == 1 and answered > 1:
            alike.append(name)
        worst = counted(marked, name)[:1]
        slip = f"{worst[0][1]} × {worst[0][0]}" if worst else ""
        rows.append((name, str(answered), str(right), share(right / answered) if answered else "–", slip))
    header = ("question", "answered", "right", "share", "most frequent slip")
    yield table("Question by question", header, rows, text=(header[-1],))
    yield paragraph("All slips with their full words are in slips.csv.", kind="note")
    if alike:
        yield paragraph(f"One answer fits the whole class here, so copying it works: {', '.join(alike)}.", kind="note")
    yield from _predictions(bank, marked)
    yield from _decisions(found, bank, marked)
    yield from _memos(found, bank, marked)
    yield "</section>"


def _predictions(bank: str, marked: list[Marked]) -> Iterator[str]:
    rows = []
    for name in questions(bank):
        pairs = [
            (float(mark.guess), float(mark.right))
            for one in marked
            for mark in one.marks
            if mark.question == name and isinstance(mark.guess, int | float) and isinstance(mark.right, int | float)
        ]
        if pairs:
            guesses, found = sorted(one for one, _ in pairs), sorted(one for _, one in pairs)
            above = sum(guess > right for guess, right in pairs)
            rows.append(
                (name, str(len(pairs)), shown(_middle(guesses)), shown(_middle(found)), f"{above} of {len(pairs)}")
            )
    if rows:
        header = ("question", "guesses", "middle guess", "middle result", "guessed too high")
        yield table("Predictions against results", header, rows)


def _middle(values: list[float]) -> float:
    return values[len(values) // 2]


def _decisions(found: Class, bank: str, marked: list[Marked]) -> Iterator[str]:
    scored = [(one.student, one.decision) for one in marked if one.decision and one.decision.profit is not None]
    if not scored:
        return
    decision, names = decision_of(bank), {one.student.id: one.student.name for one in found.results}
    yield "<h3>Decisions, by the money they bring in truth</h3>"
    rows = [
        (label, count(sum(values) / len(values)), count(_middle(sorted(values))))
        for label, values in (
            ("the class", [one.profit for _, one in scored]),
            (f"rule of thumb: {decision.naive_says}", [one.naive for _, one in scored]),
            ("best possible, if one knew", [one.best for _, one in scored]),
            ("regret of the class", [one.regret for _, one in scored]),
            ("regret of the rule of thumb", [one.best - one.naive for _, one in scored]),
        )
    ]
    yield table(f"{len(scored)} firms, {decision.unit} a firm", ("", "mean", "middle"), rows)
    best = sorted(scored, key=lambda pair: (pair[1].regret, pair[0]))[:BOARD]
    lines = [(names[student], shown(one.given), count(one.profit), count(one.regret)) for student, one in best]
    yield table("Least regret", ("student", "decision", "gain", "regret"), lines, text=("decision",))


def _memos(found: Class, bank: str, marked: list[Marked]) -> Iterator[str]:
    written = [one for one in marked if one.memo]
    rubric = outlined(bank).rubric
    if not written:
        return
    yield "<h3>Memos, for the mark of a person</h3>"
    if rubric:
        rows = [(line, str(points)) for line, points in rubric]
        yield table("Rubric", ("", "points"), rows)
    names = {one.student.id: one.student.name for one in found.results}
    for one in written:
        words = len(one.memo.split())
        yield f"<details><summary>{escape(names[one.student])} ({escape(one.student)}): {words} words</summary>"
        yield f'<blockquote style="white-space:pre-wrap">{sentence(one.memo)}</blockquote></details>'


def _notes(found: Class) -> Iterator[str]:
    noted = [(one.student, note) for one in found.results for note in one.notes if note != "nothing handed in"]
    missing = [f"{one.student.id} {one.student.name}" for one in found.results if one.record is None]
    empty = [
        f"{one.student.id} {one.student.name}"
        for one in found.results
        if one.record is not None and all(mark.state == OPEN for case in one.cases.values() for mark in case.marks)
    ]
    if noted:
        yield bullets(f"{student.id} {student.name}: {note}" for student, note in noted)
        yield paragraph("These notes change no mark. Ask before you judge.", kind="note")
    if empty:
        yield paragraph(f"Handed in without an answer: {', '.join(empty)}.")
    yield paragraph(f"Nothing handed in: {', '.join(missing)}." if missing else "Everybody handed in.")
