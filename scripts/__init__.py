"""Commands for people: print the schema, make a migration, fill a demo cinema."""
