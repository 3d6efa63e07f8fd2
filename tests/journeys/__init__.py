"""Whole stories, over HTTP and websockets, against a started server."""
