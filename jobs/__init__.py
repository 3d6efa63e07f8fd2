"""What happens without anybody asking: durable tasks, and what runs by the clock."""

from jobs.loops import Loop, background_loops, every

__all__ = ["Loop", "background_loops", "every"]
