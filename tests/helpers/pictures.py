"""What every picture and every explorer keeps, whatever its subject."""

import re

import matplotlib.pyplot as plt
import pandas as pd

from crmkit import plots


def keeps_the_laws(function, result, /, **options):
    """One plot function on one result: finding, labels, words, own axes, same bytes, nothing cut off."""
    was = result.copy() if isinstance(result, pd.DataFrame | pd.Series) else None
    before = plt.get_fignums()
    ax = function(result, **options)
    assert ax.get_title(loc="left") or ax.get_title()
    assert ax.get_xlabel(), "no label on the x-axis"
    said = plots.alt(ax)
    assert len(said) > 30 and not re.search(r"\bnan\b|\binf\b", said), said
    nothing_lies_outside(ax)
    plt.close(ax.figure)  # laid out once already; the bytes are compared of fresh ones
    first = plots.show(function(result, **options))
    assert first.png.startswith(b"\x89PNG") and said in repr(first)
    assert plots.png(function(result, **options)) == first.png, "the same input gives other bytes"
    assert plt.get_fignums() == before, "the figure stays open"
    figure, own = plt.subplots()
    assert function(result, ax=own, **options) is own
    plt.close(figure)
    if was is not None:
        (pd.testing.assert_frame_equal if isinstance(was, pd.DataFrame) else pd.testing.assert_series_equal)(
            was, result
        )
    return said


def nothing_lies_outside(ax):
    """No title, label, tick or word is cut off at the left or right edge."""
    ax.figure.draw_without_rendering()
    frame = ax.figure.bbox
    inside = [tick for tick in ax.get_xticklabels() if ax.get_xlim()[0] <= tick.get_position()[0] <= ax.get_xlim()[1]]
    for text in [ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label, *inside, *ax.get_yticklabels(), *ax.texts]:
        box = text.get_window_extent()
        if text.get_text() and text.get_visible():
            assert box.x0 >= frame.x0 - 2 and box.x1 <= frame.x1 + 2, text.get_text()


def explorer_keeps_the_laws(explorer):
    """Every control moves the sentence, both ends are sound, and the still picture says the same."""
    assert 1 <= len(explorer.controls) <= 3
    for control in explorer.controls.values():
        before, at = explorer.said, control.value
        listed = hasattr(control, "options")
        for other in [one for one in control.options if one != at] if listed else (control.min, control.max):
            control.value = other
            assert not re.search(r"\bnan\b|\binf\b", explorer.said), (other, explorer.said)
            assert other == at or explorer.said != before, f"{control.description}={other} says the same"
            control.value = at
        assert explorer.said == before, "the same values must say the same again"
    bundle = explorer._repr_mimebundle_()
    still = bundle["text/html"]
    alt = re.search(r'<img alt="([^"]+)"', still).group(1)
    assert explorer.said.split(":")[0] in still and len(alt) > 30
    assert explorer.question.split()[0] in still
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"].endswith(explorer.said)
