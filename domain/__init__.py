"""Pure rules: no I/O, no await, no framework. Everything, the time included, comes in as an argument."""
