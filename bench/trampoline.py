"""Runs a command and writes what it cost as JSON: `trampoline.py FILE COMMAND…`.

The kernel counts the memory of the process that starts a command as the command's own. So a small one
starts it: nothing is imported here that is not needed, and the bench itself may grow.
"""

import json
import os
import sys
import time

began = time.perf_counter()
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
wall_s = time.perf_counter() - began
figures = (os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, wall_s, usage.ru_maxrss / 1024)
with open(sys.argv[1], "w") as file:  # noqa: PTH123  # pathlib would be the largest part of this process
    json.dump(figures, file)
