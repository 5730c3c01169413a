"""What a student meets: JupyterLab in a real browser, a slider, a sentence, a verdict."""

import re

import pytest

CASE = "10_retail_who_are_our_customers.ipynb"
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


@pytest.mark.slow
def test_the_first_case_runs_explores_and_judges(lab):
    page = lab.open(CASE, height=14_000)
    lab.run_all(page)

    output = output_with(page, "Below which cost of a mailing")
    output.get_by_role("slider").first.wait_for()
    was, now = moved(page, output, "ArrowLeft")
    assert "At 12 yuan" in was and "At 11 yuan" in now
    assert output.locator("p[aria-live]").inner_text() == now

    field = output_with(page, "adjusted Rand index of groups and named segments")
    field.get_by_role("button", name="Check").click()
    field.get_by_text("answer first").wait_for()
    field.get_by_label("members are in the right group").check()
    field.get_by_role("button", name="Check").click()
    field.get_by_text("counts pairs of members").wait_for()
    field.get_by_label("clearly more alike").check()
    field.get_by_role("button", name="Check").click()
    field.locator("p[role=status]", has_text="✓").wait_for()

    lab.screenshot(page, "10.png")
    assert lab.unnamed_pictures(page) == []
    assert lab.axe(page, ignore=[SLIDERS]) == []


def test_a_typed_answer_is_judged_in_its_cell(lab):
    page = lab.open("00_start_here.ipynb", height=3000)
    lab.run_all(page)
    cells = lab.notebook(page)["cells"]
    number = 1 + next(
        at for at, cell in enumerate(cells) if re.search(r'champions_money_share", \.\.\.', "".join(cell["source"]))
    )
    cell = lab.cell(page, number)

    def answer(value):
        cell.locator(".cm-content").click()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.insert_text(f'sheet.check("champions_money_share", {value})')
        page.keyboard.press("ControlOrMeta+Enter")

    answer("57")
    cell.locator("p[role=status]", has_text="✗").wait_for()
    answer('segments.summary(segments.rfm(case.transactions)).loc["champions", "money_share"]')
    cell.locator("p[role=status]", has_text="✓").wait_for()
