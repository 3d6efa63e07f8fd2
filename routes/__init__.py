"""The doors: HTTP and websockets into the schema, webhooks, pages, and the health of the process."""
