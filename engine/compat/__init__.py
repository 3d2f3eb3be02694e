"""What is used of other libraries although it is no public interface of theirs.

Each library has a module with its name, and each module a test of the same name below
`tests/engine/compat`, which fails when an update of the library has changed what is relied on.
Nothing else in the engine touches such parts; this room knows nothing of the rest of the engine.
"""
