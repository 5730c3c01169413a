"""The command line: ``crmkit lab | draw | tables | report | warehouse | class``.

Nothing heavy is imported before it is needed, so that ``crmkit --help`` is quick.
"""

from __future__ import annotations

import argparse
import dataclasses
import errno
import os
import sys
import time
from collections.abc import Sequence
from typing import NoReturn

from crmkit import __version__, warehouse_command
from crmkit.classroom import command

WRONG, INTERRUPTED = 2, 130  # exit status
WORLDS = {"retail": "Retail", "bank": "Bank", "telecom": "Telecom"}  # on the command line: in crmkit.worlds


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with a command."""

    def error(self, message: str) -> NoReturn:
        """End with one line and the way to help."""
        _say(f"crmkit: {message}; see {self.prog} --help", sys.stderr)
        raise SystemExit(WRONG)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : list of text, optional
        Default: what stands on the command line.

    Returns
    -------
    int
        0 if all went well, 2 after an error (told in one line), 130 after ctrl-C.
    """
    try:
        args = parser().parse_args(argv)
        return args.run(args) or 0
    except KeyboardInterrupt:
        _say("crmkit: interrupted: nothing was written", sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # crmkit tables | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except MemoryError:
        _say(
            "crmkit: not enough memory; nothing was written. Mend: name fewer columns, or use a larger machine",
            sys.stderr,
        )
        return WRONG
    except OSError as error:
        _say(f"crmkit: {_os_words(error)}", sys.stderr)
        return WRONG
    except (ValueError, TypeError) as error:
        words = str(error).replace("dayfirst=True or False", "--dayfirst or --monthfirst")
        _say(f"crmkit: {' '.join(words.split())}", sys.stderr)
        return WRONG


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = Parser(prog="crmkit", description="Customer analytics with a known truth.")
    top.add_argument("--version", action="version", version=f"crmkit {__version__}")
    commands = top.add_subparsers(metavar="command", required=True, parser_class=Parser)

    lab = commands.add_parser("lab", help="open JupyterLab at the start page")
    lab.add_argument("--port", type=int, help="default: the first free one from 8888")
    lab.add_argument("--no-browser", action="store_true", help="only say the address")
    lab.add_argument("--lecture", metavar="CASE", help="open this case for the projector: large type, code folded")
    lab.set_defaults(run=_lab)

    draw = commands.add_parser("draw", help="draw a case from a world and write it to a folder")
    draw.add_argument("world", help="retail, bank or telecom")
    draw.add_argument("--preset", help="a scene of that world, e.g. e_commerce, home_equity, call_centre")
    draw.add_argument("--customers", type=int, metavar="N", help="default: as the world has it")
    draw.add_argument("--days", type=int, metavar="N", help="length of the window; default: as the world has it")
    draw.add_argument("--seed", type=int, required=True, metavar="S", help="the same seed draws the same tables")
    draw.add_argument("--locale", help="names and addresses: en_US (default) or zh_CN")
    draw.add_argument("--format", default="csv", help="csv (default) or parquet")
    _to_folder(draw)
    draw.set_defaults(run=_draw)

    tables = commands.add_parser("tables", help="print the data dictionary")
    tables.set_defaults(run=_tables)

    report = commands.add_parser("report", help="make a page about your own orders, with its tables as CSV")
    report.add_argument("file", metavar="FILE", help="CSV (also .gz), Excel (.xlsx) or Parquet")
    for name, what in (
        ("customer", "who"),
        ("when", "the day or time"),
        ("amount", "the sum of money; or else give --quantity and --price"),
        ("basket", "receipt or order number: rows of one basket are summed"),
        ("item", "the article"),
        ("quantity", "pieces, below 0 if returned"),
        ("price", "the price of one piece"),
    ):
        needed = name in ("customer", "when")
        report.add_argument(f"--{name}", metavar="COL", required=needed, help=f"column with {what}")
    report.add_argument(
        "--as-of", metavar="DAY", help="day of judgement, e.g. 2025-12-31; default: the last in the file"
    )
    report.add_argument("--bins", type=int, default=5, help="number of RFM scores, 2 to 10 (default 5)")
    order = report.add_mutually_exclusive_group()
    order.add_argument("--dayfirst", dest="dayfirst", action="store_true", default=None, help="03/04 is 3 April")
    order.add_argument("--monthfirst", dest="dayfirst", action="store_false", help="03/04 is March 4")
    report.add_argument(
        "--keep-duplicates", action="store_true", help="count rows that repeat another in all columns named"
    )
    report.add_argument("--most", type=float, metavar="MONEY", help="reject amounts larger than this, either sign")
    _to_folder(report)
    report.set_defaults(run=_report)
    warehouse_command.add(commands, _say)
    command.add(commands, _say)
    return top


def _to_folder(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", required=True, metavar="DIR", help="folder to write; new or empty")
    command.add_argument("--replace", action="store_true", help="replace an earlier one, when the new one is complete")


def _lab(args: argparse.Namespace) -> int:
    from crmkit import lab

    return lab.run(_say, port=args.port, browser=not args.no_browser, lecture=args.lecture)


def _draw(args: argparse.Namespace) -> None:
    from crmkit import atomic
    from crmkit.progress import Progress

    if args.world not in WORLDS:
        import difflib

        near = difflib.get_close_matches(args.world, WORLDS, n=1)
        mend = f"did you mean {near[0]!r}?" if near else f"there is {' and '.join(WORLDS)}"
        raise ValueError(f"there is no world {args.world!r}; {mend}")
    atomic.check(args.out, marker="case.json", replace=args.replace)  # before the long work
    begin = time.monotonic()
    with Progress() as progress:
        progress("getting ready", 0.0)
        from crmkit import store, worlds

        fields = {
            name: getattr(args, name) for name in ("customers", "days", "locale") if getattr(args, name) is not None
        }
        if args.format not in store.FORMS:
            raise ValueError(f"--format {args.format!r} is not known; expected csv or parquet")
        kind = getattr(worlds, WORLDS[args.world])
        known = {field.name for field in dataclasses.fields(kind)}
        strange = sorted(set(fields) - known)
        if strange:
            raise ValueError(f"--{strange[0]} is not of the world {args.world}; expected without it")
        note = ""
        if args.world == "retail" and args.preset is None and fields.get("days", kind.days) <= kind.campaign.day:
            fields["campaign"] = None
            note = f" No mailing: its day {kind.campaign.day} lies beyond the {fields['days']} days."
        world = kind(**fields) if args.preset is None else kind.preset(args.preset, **fields)
        progress("drawing", 0.0)
        case = world.draw(args.seed)
        store.save(case, args.out, replace=args.replace, form=args.format, progress=progress)
    sizes = ", ".join(f"{name} {len(frame):,}" for name, frame in case.frames.items())
    _say(f"wrote {args.out}: {sizes}; the truth in {os.path.join(args.out, 'envelope')} ({_took(begin)}).{note}")


def _tables(args: argparse.Namespace) -> None:
    from crmkit import tables

    _say(tables.markdown())


def _report(args: argparse.Namespace) -> None:
    from crmkit import atomic
    from crmkit.progress import Progress

    atomic.check(args.out, marker="report.html", replace=args.replace)  # before the long work
    begin = time.monotonic()
    with Progress() as progress:
        progress("getting ready", 0.0)
        from crmkit import reading, report
        from crmkit.report.roles import Roles

        parts = ("customer", "when", "amount", "basket", "item", "quantity", "price")
        roles = {part: getattr(args, part) for part in parts}
        frame = reading.read(args.file, columns=list(Roles(**roles).ours), progress=progress)
        found = report.gather(
            frame,
            **roles,
            as_of=args.as_of,
            bins=args.bins,
            dayfirst=args.dayfirst,
            keep_duplicates=args.keep_duplicates,
            most=args.most,
            progress=progress,
        )
        del frame
        page = report.write(found, args.out, replace=args.replace, progress=progress)
    for note in found.notes:
        _say(f"note: {note}")
    _say(
        f"wrote {page} and its tables as CSV: {found.came_in:,} rows in = {found.kept:,} kept + "
        f"{found.came_in - found.kept:,} rejected (reasons in rejected.csv); customers: {len(found.rfm):,} ({_took(begin)})"
    )


def _took(begin: float) -> str:
    return f"{time.monotonic() - begin:.1f} s"


def _os_words(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "the disk is full; nothing was written. Mend: make room, or choose another --out"
    if error.errno is None or not error.strerror:
        return " ".join(str(error).split())
    where = f" {error.filename}" if error.filename else ""
    return f"{error.strerror.lower()}:{where}; nothing was written"


def _say(text: str, stream: object = None) -> None:
    """Print, also where the screen lacks a character."""
    stream = stream or sys.stdout
    encoding = getattr(stream, "encoding", None) or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=stream, flush=True)


if __name__ == "__main__":
    sys.exit(main())
