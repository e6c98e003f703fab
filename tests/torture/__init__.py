"""Random schedules of faults over a simulated quarter, against real processes. `make torture` runs it."""
