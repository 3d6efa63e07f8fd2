"""The live wire: what has just changed reaches every watcher, in order, whatever happens to Redis."""
