"""The explorer: controls over a pure function of their values.

The picture is an HTML image with a text equivalent, not a captured output, so that
the notebook reads well without a kernel, says what it shows to a screen reader, and
can be compared number by number in the tests.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from crmkit import plots

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LOOK = {"style": {"description_width": "initial"}, "layout": {"width": "36em"}, "continuous_update": False}


def number(label: str, value: int, low: int, high: int, *, step: int = 1) -> widgets.IntSlider:
    """A slider over whole numbers."""
    return widgets.IntSlider(value, low, high, step, description=label, **_LOOK)


def share(label: str, value: float, low: float, high: float, *, step: float = 0.01) -> widgets.FloatSlider:
    """A slider over shares, shown in percent."""
    return widgets.FloatSlider(value, min=low, max=high, step=step, description=label, readout_format=".1%", **_LOOK)


def choices(label: str, options: list[str], value: str | None = None) -> widgets.Dropdown:
    """A list to choose one from, at first `value` or the first."""
    return widgets.Dropdown(
        options=options, value=value or options[0], description=label, style=_LOOK["style"], layout=_LOOK["layout"]
    )


def with_still(live: Any, text: str, still: str) -> dict[str, Any]:
    """What a widget shows of itself, and beside it what is read without a kernel."""
    bundle = live[0] if isinstance(live, tuple) else live or {}
    return {**bundle, "text/plain": text, "text/html": still}


class Explorer(widgets.VBox):
    """Controls, and below them what the function says at their values.

    Parameters
    ----------
    function : callable
        ``f(**values) -> (Axes, sentence)``, without side effects.
    question : str
        What to find out by moving the controls.
    controls : widgets
        One for each argument of the function, by its name.
    """

    def __init__(self, function: Callable[..., tuple[Axes, str]], *, question: str, **controls: Any) -> None:
        self.function, self.question, self.controls = function, question, controls
        self.said = ""
        self.view = widgets.HTML()
        asked = widgets.HTML(f"<p><b>Find out:</b> {html.escape(question)}</p>")
        super().__init__([asked, *controls.values(), self.view])
        for control in controls.values():
            control.observe(self.draw, names="value")
        self.draw()

    @property
    def values(self) -> dict[str, Any]:
        """Where the controls stand."""
        return {name: control.value for name, control in self.controls.items()}

    def draw(self, _: object = None) -> None:
        """Call the function at the controls' values and show what it says."""
        ax, self.said = self.function(**self.values)
        picture = plots.image(plots.png(ax), self.said)
        self.view.value = f"<p aria-live='polite'>{html.escape(self.said)}</p>{picture}"

    def __repr__(self) -> str:
        at = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{at}: {self.said}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Besides the live widget, a still picture for readers without a kernel."""
        live = super()._repr_mimebundle_(**kwargs)
        still = f"<p><b>Find out:</b> {html.escape(self.question)} <i>(run the cell for live controls)</i></p>"
        return with_still(live, repr(self), still + self.view.value)
