"""What happens without anybody asking: durable tasks, and what runs by the clock."""

from jobs.loops import AN_HOUR, Loop, background_loops, every

__all__ = ["AN_HOUR", "Loop", "background_loops", "every"]
