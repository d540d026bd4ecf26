"""What holds for every test."""

from __future__ import annotations

import signal

# A shell starts its background jobs with Ctrl-C ignored, and a child of ours would inherit that: the tests that
# interrupt real processes would wait for ever.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
