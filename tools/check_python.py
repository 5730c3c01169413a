"""Say in one line why this Python cannot run crmkit; silent when it can.

The very interpreters it turns away have to read it, so it uses nothing newer than Python 2.7.
"""

import sys

NEEDED = (3, 11)


def problem(version, has_venv):
    """What is wrong with an interpreter and how to mend it, or None."""
    mend = "or name another one, for example: PYTHON=python3.12 make lab"
    if tuple(version) < NEEDED:
        told = ".".join(map(str, version))
        return "crmkit needs Python 3.11 or newer; this is " + told + ". Install a newer one, " + mend
    if not has_venv:
        return "This Python lacks venv. Install it (Debian, Ubuntu: apt-get install python3-venv), " + mend
    return None


if __name__ == "__main__":
    try:
        import ensurepip
        import venv

        found = bool(ensurepip and venv)
    except ImportError:
        found = False
    sys.exit(problem(sys.version_info[:2], found))
