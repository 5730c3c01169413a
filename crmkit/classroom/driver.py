"""Runs the code cells of a notebook, shut in by `isolation`; never in the process of a grader.

A cell that fails ends nothing: those after it run on what is there.
"""

import code
import json
import sys


class Cells(code.InteractiveInterpreter):
    """Counts the cells that failed."""

    failed = 0

    def showtraceback(self) -> None:
        """Note that a cell failed, and show how."""
        self.failed += 1
        super().showtraceback()

    def showsyntaxerror(self, *args: object, **named: object) -> None:
        """Note that a cell cannot be read."""
        self.failed += 1
        super().showsyntaxerror(*args, **named)


def cells(notebook: dict) -> list[str]:
    """The code of a notebook, without what only Jupyter understands."""
    found = ["".join(cell.get("source", "")) for cell in notebook["cells"] if cell.get("cell_type") == "code"]
    return ["\n".join(line for line in one.splitlines() if not line.lstrip().startswith(("%", "!"))) for one in found]


def main(path: str) -> int:
    """Run the notebook; the number of cells that failed, at most 100."""
    with open(path, encoding="utf-8-sig") as file:
        found = cells(json.load(file))
    shell = Cells({"__name__": "__main__", "display": print, "get_ipython": lambda: None})
    for number, source in enumerate(found, start=1):
        shell.runsource(source + "\n", f"cell {number}", "exec")
    return min(shell.failed, 100)


if __name__ == "__main__":
    sys.exit(main("notebook.ipynb"))
