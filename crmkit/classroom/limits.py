"""Set the limits of this process and become another: ``python limits.py CPU_S MEMORY FILE PROCESSES SCRIPT``.

A file of its own, so that what runs before the limits hold is only this.
"""

import os
import sys


def main(words: list[str]) -> None:
    """Limit computing time, memory, file size and processes, then run the script."""
    import resource

    cpu, memory, file, processes = (int(word) for word in words[:4])
    for name, most in (("CPU", cpu), ("AS", memory), ("FSIZE", file), ("NPROC", processes), ("CORE", 0)):
        which = getattr(resource, f"RLIMIT_{name}")
        _, hard = resource.getrlimit(which)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(which, (most, most))
        except (ValueError, OSError):
            if name != "AS":  # macOS has no limit of memory
                raise
    os.execv(sys.executable, [sys.executable, "-u", *words[4:]])


if __name__ == "__main__":
    main(sys.argv[1:])
