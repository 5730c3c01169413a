"""Under whose name did a platform deliver a file?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from crmkit.classroom.roster import Student

SHORT = 4  # an id of fewer characters could stand for anything in a file name


class Labels:
    """Finds ids and names of a class in paths.

    >>> labels = Labels([Student("2026001", "张伟", "a@x"), Student("2026002", "Eve Li", "b@x")])
    >>> labels.first("Eve Li_88_assignsubmission_file/CRM_2026001.zip").id
    '2026002'
    """

    def __init__(self, students: Sequence[Student]) -> None:
        self.known = [(one, re.compile("|".join(_words(one)))) for one in students]

    def first(self, where: str) -> Student | None:
        """The one student whom the outermost telling part of a path names; platforms put their own label outside."""
        for part in where.split("!")[0].split("/"):
            plain = unicodedata.normalize("NFC", part).casefold().replace("_", " ")
            named = [one for one, words in self.known if words.search(plain)]
            if named:
                return named[0] if len(named) == 1 else None
        return None


def _words(student: Student) -> list[str]:
    words = [student.name] + ([student.id] if len(student.id) >= SHORT else [])
    return [rf"(?<!\w){re.escape(word.casefold().replace('_', ' '))}(?!\w)" for word in words]
