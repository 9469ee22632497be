"""Great Expectations, imported without what a gate has no use for: half the CPU, and 100 MB less in each process.

Its SQL engine is optional, and so are SQLAlchemy's two thousand names. Altair and SciPy's distributions it imports
for charts and tests of distributions; they are imported when one is first asked for. Polars is not imported here, so
that a process with nothing but this may be forked.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, Final, cast

_ABSENT: Final = ("sqlalchemy",)
_LATER: Final = ("scipy.stats", "altair")


class Later(ModuleType):
    """Stands for a module until an attribute of it is used."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module holds
        """The attribute of the module itself."""
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


@contextmanager
def lightly() -> Iterator[None]:
    """Let what is imported inside do without those modules; what is imported already, or later, is the real one."""
    stand_ins = {**dict.fromkeys(_ABSENT), **{name: Later(name) for name in _LATER}}
    unseen = {name: stand_in for name, stand_in in stand_ins.items() if name not in sys.modules}
    sys.modules.update(cast("dict[str, ModuleType]", unseen))  # None is Python's own note that there is no module
    collecting = gc.isenabled()
    gc.disable()  # to look for garbage among classes that stay takes an eighth of the time
    try:
        yield
    finally:
        if collecting:
            gc.enable()
        for name, stand_in in unseen.items():
            if sys.modules.get(name, unseen) is stand_in:
                del sys.modules[name]


with lightly():
    for _name in ("", ".render.renderer", ".render.view", ".validator.validator"):
        import_module(f"great_expectations{_name}")
