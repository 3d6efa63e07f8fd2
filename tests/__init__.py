"""The tests; `make test` runs them on both pairs of services."""
