"""A field to answer a question in, with the verdict below it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from crmkit.explore.explorer import with_still

if TYPE_CHECKING:
    from crmkit.checks import Sheet


class Ask(widgets.VBox):
    """The question, a field, a button, and the verdict of the sheet."""

    def __init__(self, sheet: Sheet, name: str) -> None:
        self.sheet, self.name = sheet, name
        self.question = sheet.question(name)
        unit = f" ({self.question.unit})" if self.question.unit else ""
        asked = widgets.HTML(f"<p><b>Question {html.escape(name)}:</b> {html.escape(self.question.ask + unit)}</p>")
        wide = {"style": {"description_width": "initial"}}
        if self.question.options:
            self.field: Any = widgets.RadioButtons(
                options=list(self.question.options), value=None, description="answer", layout={"width": "max-content"}
            )
        else:
            self.field = widgets.Text(description="your answer", placeholder="a number", **wide)
        self.button = widgets.Button(description="Check", tooltip="check the answer")
        self.view = widgets.HTML()
        self.button.on_click(self.judge)
        super().__init__([asked, self.field, self.button, self.view])

    def judge(self, _: object = None) -> None:
        """Hand the answer to the sheet and show the verdict."""
        if self.field.value in (None, ""):
            self.view.value = "<p role='status'>… choose or type an answer first.</p>"
            return
        self.view.value = self.sheet.check(self.name, self.field.value)._repr_html_()

    def __repr__(self) -> str:
        return f"Question {self.name}: {self.question.ask}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        live = super()._repr_mimebundle_(**kwargs)
        options = "".join(f"<li>{html.escape(str(one))}</li>" for one in self.question.options)
        asked = html.escape(self.question.ask)
        still = f"<p><b>Question:</b> {asked} <i>(run the cell to answer)</i></p><ul>{options}</ul>"
        return with_still(live, repr(self), still)


def ask(sheet: Sheet, name: str) -> Ask:
    """A field for the answer to one question of a sheet.

    Parameters
    ----------
    sheet : Sheet
        The answer sheet of the case.
    name : str
        Name of the question.
    """
    return Ask(sheet, name)
