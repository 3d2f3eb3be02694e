"""What a test of `compat` says when an update of a library has changed what is relied on."""

from importlib.metadata import version


def changed(library: str, module: str = "") -> str:
    """Names the library with its version, and the module to mend."""
    return (
        f"{library} {version(library)} is not as {module or f'engine/compat/{library}.py'} takes "
        "it to be: see what the library has in place of it, and change that module."
    )
