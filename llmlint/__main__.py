"""The command line's way in: `llmlint` and `python -m llmlint`."""

from __future__ import annotations

import gc
import os
import sys


def main() -> int:
    """Runs the command line on `sys.argv` and returns the exit status; no exception leaves it."""
    gc.disable()  # nearly all that a run allocates lives to its end
    try:
        return _main()
    finally:
        gc.freeze()  # and the interpreter need not look for cycles in it then: seconds, on a large project


def _main() -> int:
    try:
        from llmlint.cli.run import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if os.environ.get("LLMLINT_TRACEBACK"):
            import traceback

            traceback.print_exc()
        what = " ".join(f"{type(error).__name__}: {error}".split())
        hint = "please report; set LLMLINT_TRACEBACK=1 for the trace"
        print(f"llmlint: internal error: {ascii(what)[1:-1]} ({hint})", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
