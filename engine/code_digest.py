"""A digest of a function: of its code, its defaults and all variables of the script that it uses.

Two functions have the same digest only if they compute the same, as far as that depends on code and
variables. What a function reads from files is not known.
"""

import hashlib
import io
import sys
import sysconfig
import types
from pathlib import Path
from typing import Any

import cloudpickle

_INSTALLED_FOLDERS = tuple(
    Path(sysconfig.get_path(name)).resolve()
    for name in ("stdlib", "platstdlib", "purelib", "platlib")
)
_OWN_PACKAGES = ("engine", "dynas_studio")
_CODE_PARTS = (
    "co_code", "co_consts", "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_flags",
    "co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_exceptiontable",
)  # fmt: skip


def code_digest(value: Any) -> str | None:
    """A digest of a function or another object with the code that it uses.

    None if part of the code lies in a module that is neither the script nor installed: such a
    module may change. Installed packages are known by their versions. Neither the place of a
    function in its file nor that of the file matters.
    """
    return _digest(value, _DigestPickler)


def loaded_code_digest(value: Any) -> str | None:
    """As `code_digest`, but with a module beside the script counted by its file as it is now.

    It holds for a short time and in this process alone: what such a module imports is not known.
    """
    return _digest(value, _FilesDigestPickler)


def _digest(value: Any, pickler_class: "type[_DigestPickler]") -> str | None:
    buffer = io.BytesIO()
    pickler = pickler_class(buffer)
    try:
        pickler.dump(value)
    except Exception:  # noqa: BLE001 - a class may fail in any way: then nothing is known
        return None
    versions = repr(sorted(pickler.versions.items()))
    return hashlib.sha256(buffer.getvalue() + versions.encode()).hexdigest()


class _UnknownCodeError(Exception):
    """Part of the code lies in a module that may change."""


def _code(*parts: Any) -> None:
    """Stands for a code object in what is pickled, which nobody reads again."""


def _leave_out_place(reduced: tuple[Any, ...]) -> None:
    """Forget where the file of a function is; a function that reads that has it as a variable."""
    for argument in reduced[1]:
        if isinstance(argument, dict):  # made by cloudpickle for this function's module
            argument.pop("__file__", None)
            argument.pop("__path__", None)


def _tensor_parts(value: Any) -> tuple[Any, ...] | None:
    """What a tensor holds; None for anything else. Its own pickled form differs each time."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(value, torch.Tensor) or value.is_sparse:
        return None
    content = value.detach().cpu().contiguous().view(-1).view(torch.uint8)
    return type(value), str(value.dtype), tuple(value.shape), content.numpy().tobytes()


class _DigestPickler(cloudpickle.Pickler):
    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.versions: dict[str, str] = {}

    def reducer_override(self, obj: Any) -> Any:
        """Leave lines and file names out of code, and note the modules that are only named."""
        if isinstance(obj, types.CodeType):
            return _code, tuple(getattr(obj, part) for part in _CODE_PARTS)
        if isinstance(obj, types.ModuleType):
            self._note(obj.__name__)
        if (tensor := _tensor_parts(obj)) is not None:
            return _code, tensor
        reduced = super().reducer_override(obj)
        if isinstance(obj, types.FunctionType) and isinstance(reduced, tuple):
            _leave_out_place(reduced)
        is_named = isinstance(obj, type | types.FunctionType | types.BuiltinFunctionType)
        if reduced is NotImplemented and is_named:
            self._note(getattr(obj, "__module__", None) or "builtins")
        return reduced

    def _note(self, module: str) -> None:
        root = module.partition(".")[0]
        if root not in self.versions:
            self.versions[root] = self._version(root)

    def _version(self, root: str) -> str:
        return _version(root)


class _FilesDigestPickler(_DigestPickler):
    def _version(self, root: str) -> str:
        try:
            return super()._version(root)
        except _UnknownCodeError:
            return _files_digest(root)


def _files_digest(root: str) -> str:
    """A digest of the loaded files of a module or package; raises OSError if one is gone."""
    digest = hashlib.sha256()
    for name, module in sorted(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name.partition(".")[0] == root and file is not None:
            digest.update(name.encode() + Path(file).read_bytes())
    return digest.hexdigest()


def _version(root: str) -> str:
    """The version of a package; raises _UnknownCodeError if it is not an installed one."""
    if root in sys.stdlib_module_names or root == "builtins":
        return sys.version
    module = sys.modules.get(root)
    if root in _OWN_PACKAGES:
        return ""
    folder = getattr(module, "__file__", None)
    if folder is None or not any(
        Path(folder).resolve().is_relative_to(installed) for installed in _INSTALLED_FOLDERS
    ):
        raise _UnknownCodeError(root)
    return str(getattr(module, "__version__", ""))
