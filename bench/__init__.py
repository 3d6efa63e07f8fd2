"""Measured claims: each figure stands beside a yardstick that ran in the same minute on the same machine."""
