"""`claimbook doctor`: can Claimbook run here, and with what?"""

from __future__ import annotations

from claimbook.cli.options import Json, with_examples


@with_examples("claimbook doctor", "claimbook doctor --json")
def doctor(json: Json = False) -> int:
    """Say whether Claimbook can run on this machine, and with what.

    Looks at Python, packages, processor, stores, disk, data sets and GPUs. Exit code 1 where Claimbook cannot run.
    """
    from claimbook import doctor as rooms
    from claimbook.cli import output
    from claimbook.cli.doctor_view import view

    if not json:
        output.note("Looking at this machine; MXNet is tried, which takes a few seconds …")
    report = rooms.examine()
    output.emit(report.to_dict(), lambda: view(report))
    return 0 if report.can_run else 1
