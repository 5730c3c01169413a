"""What a student meets: JupyterLab in a real browser, a slider, a sentence, a verdict."""

import re

import pytest
from cases import NUMBERS, committed, notebook

from crmkit import checks

SLIDERS = "aria-input-field-name"  # ipywidgets gives its sliders no accessible name


def moved(page, output, key):
    """Press a key on the first slider of an output; the sentence before and after."""
    picture = output.locator("img").first
    was = picture.get_attribute("alt")
    output.get_by_role("slider").first.focus()
    page.keyboard.press(key)
    page.wait_for_function(
        "([image, was]) => image && document.contains(image) ? image.alt !== was : true",
        arg=[picture.element_handle(), was],
    )
    return was, output.locator("img").first.get_attribute("alt")


def output_with(page, words):
    return page.locator(".jp-OutputArea-output", has_text=words).first


def test_the_start_page_runs_and_its_explorer_moves(lab):
    page = lab.open("00_start_here.ipynb", height=3000)
    assert page.locator(".jp-OutputArea-output img").count() >= 1, "no still picture before anything runs"
    lab.run_all(page)
    output = output_with(page, "Do the champions")
    output.get_by_role("slider").first.wait_for()
    was, now = moved(page, output, "ArrowRight")
    assert was.startswith("5 scores") and now.startswith("6 scores")
    assert output.locator("p[aria-live]").inner_text() == now
    lab.screenshot(page, "00.png")
    assert lab.unnamed_pictures(page) == []
    assert lab.axe(page, ignore=[SLIDERS]) == []


class CaseLaws:
    """Every case runs in the browser, its first explorer moves, and its first check judges; `number` names it."""

    number: str

    @pytest.mark.slow
    def test_the_case_runs_explores_and_judges(self, lab):
        page = lab.open(notebook(self.number).name, height=14_000)
        lab.run_all(page)

        output = page.locator(".jp-OutputArea-output").filter(has=page.get_by_role("slider")).first
        slider = output.get_by_role("slider").first
        slider.wait_for()
        at_its_end = slider.get_attribute("aria-valuenow") == slider.get_attribute("aria-valuemax")
        was, now = moved(page, output, "ArrowLeft" if at_its_end else "ArrowRight")
        assert output.locator("p[aria-live]").inner_text() == now != was

        cells = lab.notebook(page)["cells"]
        questions = [re.match(r'sheet\.check\("(\w+)", \.\.\.', "".join(cell["source"])) for cell in cells]
        number, name = next((at + 1, match[1]) for at, match in enumerate(questions) if match)
        right, slips = checks.Sheet(self.number, committed(self.number)).question(name).solve(committed(self.number))
        for answer, mark in ((slips[0].value, "✗"), (right, "✓")):
            answered(page, lab.cell(page, number), name, answer)
            lab.cell(page, number).locator("p[role=status]", has_text=mark).wait_for()

        lab.screenshot(page, f"{self.number}.png")
        assert lab.unnamed_pictures(page) == []
        assert lab.axe(page, ignore=[SLIDERS]) == []


for _number in NUMBERS:
    globals()[f"Test{_number}"] = type(f"Test{_number}", (CaseLaws,), {"number": _number})


def answered(page, cell, name, answer):
    """Put an answer in the place of a check's dots and run the cell."""
    answer = sorted(answer) if isinstance(answer, frozenset) else answer
    typed(page, cell, f'sheet.check("{name}", {answer!r})')


def typed(page, cell, source):
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(source)
    page.keyboard.press("ControlOrMeta+Enter")


def test_a_choice_is_judged_in_its_field(lab):
    page = lab.open("10_retail_who_are_our_customers.ipynb", height=14_000)
    lab.run_all(page)
    field = output_with(page, "adjusted Rand index of groups and named segments")
    field.get_by_role("button", name="Check").click()
    field.get_by_text("answer first").wait_for()
    field.get_by_label("members are in the right group").check()
    field.get_by_role("button", name="Check").click()
    field.get_by_text("counts pairs of members").wait_for()
    field.get_by_label("clearly more alike").check()
    field.get_by_role("button", name="Check").click()
    field.locator("p[role=status]", has_text="✓").wait_for()


def test_a_typed_answer_is_judged_in_its_cell(lab):
    page = lab.open("00_start_here.ipynb", height=3000)
    lab.run_all(page)
    cells = lab.notebook(page)["cells"]
    number = 1 + next(
        at for at, cell in enumerate(cells) if re.search(r'champions_money_share", \.\.\.', "".join(cell["source"]))
    )
    cell = lab.cell(page, number)

    typed(page, cell, 'sheet.check("champions_money_share", 57)')
    cell.locator("p[role=status]", has_text="✗").wait_for()
    share = 'segments.summary(segments.rfm(case.transactions)).loc["champions", "money_share"]'
    typed(page, cell, f'sheet.check("champions_money_share", {share})')
    cell.locator("p[role=status]", has_text="✓").wait_for()
