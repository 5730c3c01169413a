"""``crmkit class new | handout | key | collect | grade | slides | nbgrader``"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Say = Callable[[str], None]


def add(commands: Any, say: Say) -> None:
    """Add the command `class` and what it can do."""
    top = commands.add_parser("class", help="own data for every student of a class, and its marks")
    parts = top.add_subparsers(metavar="part", required=True, parser_class=type(top))

    new = parts.add_parser("new", help="make a course folder with a secret salt")
    new.add_argument("course", metavar="COURSE", help="folder to make, outside of any git repository")
    new.add_argument("--cases", required=True, metavar="10,20", help="cases; each takes its exercise along")
    new.add_argument("--marked", metavar="exercise-10", help="what counts; default: the exercises")
    new.add_argument("--roster", required=True, metavar="CSV", help="id, name, email")
    new.set_defaults(run=lambda args: _new(args, say))

    handout = parts.add_parser("handout", help="write one zip a student")
    _course(handout)
    handout.add_argument("--cases", metavar="10", help="some of the cases; default all")
    handout.add_argument("--out", metavar="DIR", help="default: COURSE/handouts, or COURSE/envelopes")
    handout.add_argument("--truth", action="store_true", help="write the envelopes, to be given out after the memo")
    handout.set_defaults(run=lambda args: _handout(args, say))

    key = parts.add_parser("key", help="work out all right answers ahead, so that marks take seconds")
    _course(key)
    key.add_argument("--cases", metavar="10,exercise-10", help="some of the cases; default all")
    key.set_defaults(run=lambda args: _key(args, say))

    collect = parts.add_parser("collect", help="take in what the platform delivered; nothing is run")
    _course(collect)
    collect.add_argument("place", metavar="FOLDER", help="folder of zips, folders, notebooks; or the platform's zip")
    collect.set_defaults(run=lambda args: _collect(args, say))

    grade = parts.add_parser("grade", help="marks, a feedback page a student, a report of the class")
    _course(grade)
    grade.add_argument("--rerun", action="store_true", help="also run each notebook on other data, shut in")
    grade.add_argument("--i-understand", action="store_true", help="run them even where they cannot be shut in")
    grade.set_defaults(run=lambda args: _grade(args, say))

    slides = parts.add_parser("slides", help="slides and hand-out of a case as HTML that needs no internet")
    slides.add_argument("case", metavar="CASE", help="for example 10")
    slides.add_argument("--out", required=True, metavar="DIR", help="folder to write; new or empty")
    slides.add_argument("--replace", action="store_true", help="replace an earlier one")
    slides.set_defaults(run=lambda args: _slides(args, say))

    nbgrader = parts.add_parser("nbgrader", help="an exercise as source notebook for nbgrader")
    nbgrader.add_argument("exercise", metavar="EXERCISE", help="for example exercise-10")
    nbgrader.add_argument("--out", required=True, metavar="DIR", help="folder to write, e.g. source/exercise-10")
    nbgrader.add_argument("--replace", action="store_true", help="replace an earlier one")
    nbgrader.set_defaults(run=lambda args: _nbgrader(args, say))


def _course(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("course", metavar="COURSE", help="folder that `crmkit class new` made")


def _words(text: str | None) -> list[str] | None:
    return None if text is None else [word.strip() for word in text.split(",") if word.strip()]


def _new(args: argparse.Namespace, say: Say) -> None:
    from crmkit.classroom import course

    made = course.new(args.course, cases=_words(args.cases) or [], roster=args.roster, marked=_words(args.marked))
    say(
        f"wrote {made.folder}: {len(made.students)} students, cases {', '.join(made.banks)}; marked: "
        f"{', '.join(sorted(made.marked))}. Its salt.txt is the secret of the course: keep a copy, show it to nobody."
    )


def _handout(args: argparse.Namespace, say: Say) -> None:
    from crmkit.classroom import course, handout, hands
    from crmkit.progress import Progress

    begin = time.monotonic()
    with Progress() as progress:
        progress("getting ready", 0.0)
        made = course.load(args.course)
        options = {"cases": _words(args.cases), "out": args.out, "truth": args.truth}
        target = handout.write(made, **options, cores=hands.cores(), progress=progress)
    size = sum(path.stat().st_size for path in target.glob("*.zip")) / 1e6
    say(f"wrote {target}: {len(made.students)} zips, {size:,.0f} MB ({time.monotonic() - begin:.1f} s)")


def _key(args: argparse.Namespace, say: Say) -> None:
    from crmkit.classroom import course, hands, key
    from crmkit.progress import Progress

    begin = time.monotonic()
    with Progress() as progress:
        progress("getting ready", 0.0)
        made = course.load(args.course)
        files = key.write(made, cases=_words(args.cases), cores=hands.cores(), progress=progress)
    say(
        f"{made.folder / key.FOLDER} holds the answers of {files} hand-outs ({time.monotonic() - begin:.1f} s). "
        "Show it to nobody."
    )


def _collect(args: argparse.Namespace, say: Say) -> None:
    from crmkit.classroom import collect, course
    from crmkit.progress import Progress

    with Progress() as progress:
        found = collect.collect(course.load(args.course), args.place, progress=progress)
    for line in found.lines:
        if line.state == collect.REFUSED:
            say(f"refused {line.delivered}: {line.reason}")
    say(
        f"wrote {found.folder}: {len(found.handed_in)} handed in, {len(found.missing)} missing, "
        f"{found.count(collect.DOUBLE)} doubles, {found.count(collect.REFUSED)} refused (each in {collect.LIST})"
    )


def _grade(args: argparse.Namespace, say: Say) -> None:
    from crmkit.classroom import course, grade, hands
    from crmkit.progress import Progress

    begin, made = time.monotonic(), course.load(args.course)
    if args.rerun:
        from crmkit.classroom import isolation

        shut = isolation.probe()
        say(shut.words)
        isolation.allow(shut, understood=args.i_understand)
    with Progress() as progress:
        if args.rerun:
            from crmkit.classroom import rerun

            found = rerun.grade_again(made, shut, progress=progress)
        else:
            found = grade.grade(made, cores=hands.cores(), progress=progress)
    handed = sum(one.record is not None for one in found.results)
    target = Path(args.course) / grade.FOLDER
    say(
        f"wrote {target}: {grade.GRADES}, report.html, {len(found.results)} feedback pages; {handed} of "
        f"{len(found.results)} handed in ({time.monotonic() - begin:.1f} s)"
    )


def _slides(args: argparse.Namespace, say: Say) -> None:
    from crmkit.classroom import slides

    target = slides.write(args.case, args.out, replace=args.replace)
    say(f"wrote {target / slides.SLIDES} and {target / slides.HANDOUT}")


def _nbgrader(args: argparse.Namespace, say: Say) -> None:
    from crmkit.classroom import nbgrader

    say(f"wrote {nbgrader.write(args.exercise, args.out, replace=args.replace)}")
