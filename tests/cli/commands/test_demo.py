"""`ccr demo`."""

from __future__ import annotations

import signal

from tests.cli.machine import Machine, end, until


def test_the_demo_needs_no_configuration_and_reads_none(machine: Machine) -> None:
    machine.configure("{ broken")
    demo = machine.spawn("demo")
    until(machine.health)
    assert machine.status()["demo"]
    demo.send_signal(signal.SIGTERM)
    assert end(demo)[0] == 0
