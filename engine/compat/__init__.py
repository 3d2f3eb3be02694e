"""Uses of private interfaces of other libraries.

Each library has a module with its name, and each module a test of the same name below
`tests/engine/compat`, which fails when an update of the library changes that interface. No
other module of the engine uses private interfaces; these modules import nothing of the engine.
"""
