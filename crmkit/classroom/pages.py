"""The page a student gets back: what was right, which slip it was, and the right way."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from crmkit.checks.question import MARKS, OPEN, RIGHT
from crmkit.classroom.course import EXERCISE, module
from crmkit.classroom.grade import Class, Result, questions
from crmkit.classroom.marking import Mark, Marked, Scored
from crmkit.classroom.sections import Outline, outline
from crmkit.report.html import bullets, count, document, escape, paragraph, sentence, table


def feedback(found: Class, one: Result) -> str:
    """The feedback of one student, as one page that needs nothing but itself."""
    course = found.course
    most = sum(found.most(bank) for bank in found.marked)
    body = [
        f"<header><h1>{escape(course.name)}: feedback for {escape(one.student.name)}</h1>",
        paragraph(f"Number {one.student.id}. Every answer was judged on your own data.", kind="lead"),
        "</header><main>",
        '<section class="short">',
        bullets(_short(found, one, most)),
        "</section>",
    ]
    for bank in course.banks:
        if bank in one.cases:
            body += _case(found, one.cases[bank])
    if one.record is not None and not one.record.whole:
        body.append(paragraph("The seal of answers.json did not fit: it was damaged or changed by hand.", kind="warn"))
    body.append("</main>")
    return document(f"{course.name}: {one.student.id}", body)


def titled(bank: str) -> str:
    """The heading of a case or exercise."""
    number = escape(bank.removeprefix(EXERCISE))
    return f"Exercise {number}" if bank.startswith(EXERCISE) else f"Case {number}"


def shown(value: Any) -> str:
    """An answer for people."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(sorted(map(str, value))) or "nobody"
    return str(value)


@lru_cache(maxsize=64)
def outlined(bank: str) -> Outline:
    """The outline of a case's notebook, read once."""
    return outline(bank)


def _short(found: Class, one: Result, most: int) -> Iterator[str]:
    if one.record is None:
        yield "Nothing was handed in."
        return
    yield f"{one.points(found.marked)} of {most} points in {', '.join(found.marked)}."
    for bank in found.course.banks:
        if bank not in one.cases:
            yield f"{bank}: nothing handed in."
        elif bank not in found.marked:
            yield f"{bank} (not marked): {one.cases[bank].points} of {found.most(bank)} right."


def _case(found: Class, marked: Marked) -> Iterator[str]:
    sections = outlined(marked.bank)
    yield f"<section><h2>{titled(marked.bank)}</h2>"
    for mark in marked.marks:
        if mark.state not in (OPEN, RIGHT):
            yield from _answer(mark, marked.bank, sections)
    right = [mark for mark in marked.marks if mark.state == RIGHT]
    if right:
        rows = [(mark.question, questions(marked.bank)[mark.question].ask, shown(mark.given)) for mark in right]
        yield table(f"{MARKS[RIGHT]} Right: {len(rows)}", ("question", "asked", "your answer"), rows, text=("asked",))
    missing = [mark.question for mark in marked.marks if mark.state == OPEN]
    if missing:
        yield "<h3>Not answered</h3>"
        yield paragraph(f"{', '.join(missing)}.")
    if any(mark.guess is not None for mark in marked.marks):
        yield _predictions(marked)
    if marked.decision is not None:
        yield from _decision(found, marked)
    if marked.memo:
        yield "<h3>Your memo</h3>"
        yield f'<blockquote style="white-space:pre-wrap">{sentence(marked.memo)}</blockquote>'
        if sections.rubric:
            rows = [(line, str(points), "") for line, points in sections.rubric]
            yield table("It is read by a person", ("", "points", "reached"), rows)
    yield "</section>"


def _answer(mark: Mark, bank: str, sections: Outline) -> Iterator[str]:
    asked = questions(bank)[mark.question]
    unit = f" ({asked.unit})" if asked.unit else ""
    yield f"<h3>{MARKS[mark.state]} {sentence(mark.question)}: {mark.state}</h3>"
    yield paragraph(asked.ask + unit, kind="note")
    yield paragraph(f"Your answer: {shown(mark.given)}. Right on your data: {shown(mark.right)}.")
    yield paragraph(f"{'What happened' if mark.slip else 'Hint'}: {mark.says}")
    heading = sections.sections.get(mark.question)
    if heading:
        target = f"{sections.file}#{heading.replace(' ', '-')}"
        yield f'<p>See <a href="{escape_link(target)}">{sentence(heading)}</a> in {sentence(sections.file)}.</p>'


def escape_link(target: str) -> str:
    """A link to a file beside the page."""
    from urllib.parse import quote

    return quote(target, safe="#/._-")


def _predictions(marked: Marked) -> str:
    rows = []
    for mark in marked.marks:
        if mark.guess is not None:
            numeric = isinstance(mark.guess, int | float) and isinstance(mark.right, int | float)
            off = shown(float(mark.guess - mark.right)) if numeric else "–"
            rows.append((mark.question, shown(mark.guess), shown(mark.right), off))
    return table("What you expected, and what came out", ("question", "expected", "came out", "off by"), rows)


def _decision(found: Class, marked: Marked) -> Iterator[str]:
    decision, unit = marked.decision, decision_of(marked.bank).unit
    yield "<h3>What your decision brings</h3>"
    if decision.profit is None:
        yield paragraph(f"It could not be acted on: {decision.says}.")
    yield table(
        f"True gain on your own data, in {unit}",
        ("decision", "gain", "regret"),
        list(decision_rows(decision, decision_of(marked.bank).naive_says)),
    )
    others = sorted(
        one.decision.regret for one in found.of(marked.bank) if one.decision and one.decision.regret is not None
    )
    if decision.regret is not None and len(others) > 1:
        less = sum(other > decision.regret + 1e-9 for other in others)
        middle = others[len(others) // 2]
        yield paragraph(
            f"{less} of the {len(others) - 1} others have a larger regret; the middle of the class is {count(middle)} {unit}. "
            "A good decision on a misleading pilot may still lose: firms differ by luck."
        )


def decision_of(bank: str) -> Any:
    """The decision of a case."""
    return module(bank).DECISION


def decision_rows(decision: Scored, naive_says: str) -> Iterator[tuple[str, str, str]]:
    """Yours, the naive and the best, with what each brings."""
    if decision.profit is not None:
        yield f"yours: {shown(decision.given)}", count(decision.profit), count(decision.regret or 0.0)
    yield f"rule of thumb: {naive_says}", count(decision.naive), count(decision.best - decision.naive)
    yield f"best, if one knew: {shown(decision.best_answer)}", count(decision.best), count(0.0)
