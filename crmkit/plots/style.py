"""One look for all pictures: sizes, colours that all eyes can tell apart, text equivalents.

Each plot function ends with `finish`, which sets the finding as the title and
stores a text equivalent with the axes; `show` hands both to the notebook.
"""

from __future__ import annotations

import base64
import html
import io
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe & Ito (2008): told apart with all common forms of colour blindness.
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PINK = (
    "#000000",
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
)
GREY, PALE = "#767676", "#D9D9D9"
# A segment has the same colour in every picture.
SEGMENT_COLOURS = {
    "champions": BLUE,
    "loyal": SKY,
    "promising": GREEN,
    "new": YELLOW,
    "slipping": ORANGE,
    "at risk": PINK,
    "must not lose": RED,
    "hibernating": GREY,
    "returns only": PALE,
    "best": BLUE,
    "frequent": GREEN,
    "spender": ORANGE,
    "uncertain": GREY,
}
RULES = {
    "figure.figsize": (8.0, 4.2),
    "figure.dpi": 110,
    "figure.constrained_layout.use": True,
    "font.size": 10.5,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": "#E5E5E5",
}
TITLE_WIDTH = 58  # characters in a line of the title


@cache
def _families() -> list[str]:
    """The usual letters, and for Chinese the first of these that is installed."""
    from matplotlib import font_manager

    there = {font.name for font in font_manager.fontManager.ttflist}
    chinese = ("Noto Sans CJK SC", "Noto Sans CJK JP", "Microsoft YaHei", "PingFang SC", "WenQuanYi Zen Hei", "SimHei")
    return ["DejaVu Sans", *[name for name in chinese if name in there][:1]]


@contextmanager
def canvas(ax: Axes | None, size: tuple[float, float] | None = None) -> Iterator[Axes]:
    """The axes to draw on: those given, or new ones in the house style."""
    import matplotlib.pyplot as plt

    with plt.rc_context({**RULES, "font.family": _families()}):
        yield plt.subplots(figsize=size)[1] if ax is None else ax


def finish(
    ax: Axes, title: str, *, alt: str = "", x: str | None = None, y: str | None = None, width: int = TITLE_WIDTH
) -> Axes:
    """Set the finding, the axis labels and the text equivalent; `width`: characters in a line of the title."""
    title = title[:1].upper() + title[1:]
    ax.set_title("\n".join(textwrap.wrap(title, width)))
    if x is not None:
        ax.set_xlabel(x)
    if y is not None:
        ax.set_ylabel(y)
    ax.set_label(f"{title}. {alt}".strip().removesuffix(".") + ".")
    _names_are_no_formulas(ax)
    return ax


def beside(labels: Iterable[object]) -> int:
    """Characters in a line of the title where labels of the rows take room from the left of a picture 8 inches wide."""
    longest = max((len(line) for label in labels for line in str(label).split("\n")), default=0)
    return min(TITLE_WIDTH, round((7.4 - 0.085 * longest) / 0.11))


def _names_are_no_formulas(ax: Axes) -> None:
    """A dollar sign in the name of an article is a dollar sign."""
    from matplotlib.ticker import FixedFormatter

    words = [*ax.texts, ax.title, ax.xaxis.label, ax.yaxis.label]
    legend = ax.get_legend()
    if legend is not None:
        words += legend.get_texts()
    for axis in (ax.xaxis, ax.yaxis):
        if isinstance(axis.get_major_formatter(), FixedFormatter):
            words += axis.get_ticklabels()
    for text in words:
        text.set_parse_math(False)


def alt(ax: Axes) -> str:
    """The text equivalent of a finished plot."""
    return str(ax.get_label())


def png(ax: Axes) -> bytes:
    """The picture as PNG; the figure is closed."""
    import matplotlib.pyplot as plt
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.image import imsave

    # Drawn once, while savefig draws a second time to find the layout: the same bytes, sooner.
    canvas = FigureCanvasAgg(ax.figure)
    canvas.draw()
    buffer = io.BytesIO()
    # No software name in the file: the same picture gives the same bytes.
    pixels = np.asarray(canvas.buffer_rgba())
    imsave(buffer, pixels, format="png", origin="upper", dpi=ax.figure.dpi, metadata={"Software": None})
    plt.close(ax.figure)
    return buffer.getvalue()


@dataclass(frozen=True)
class Picture:
    """A picture with its text equivalent, as a notebook shows it."""

    png: bytes = field(repr=False)
    alt: str

    def __repr__(self) -> str:
        return f"Picture: {self.alt}"

    def _repr_html_(self) -> str:
        return image(self.png, self.alt)


def image(data: bytes, text: str) -> str:
    """An HTML image that carries its picture and its text equivalent."""
    code = base64.b64encode(data).decode("ascii")
    return f'<img alt="{html.escape(text)}" style="max-width:100%" src="data:image/png;base64,{code}">'


def show(ax: Axes, text: str | None = None) -> Picture:
    """Close a plot and hand it to the notebook together with its text equivalent.

    Parameters
    ----------
    ax : Axes
        From any function of `crmkit.plots`, or your own.
    text : str, optional
        Text equivalent; by default the one the plot function wrote.

    Raises
    ------
    ValueError
        If your own plot has no text equivalent and none is given.
    """
    said = text or alt(ax)
    if not said or said.startswith("_"):
        raise ValueError("this plot has no text equivalent; give one: show(ax, 'what one sees, with figures')")
    return Picture(png(ax), said)


def percent(share: float) -> str:
    """A share for people: 0.123 → '12 %'; below one tenth with one decimal."""
    return f"{100 * share:.1f} %" if 0 < abs(share) < 0.0995 else f"{100 * share:.0f} %"
