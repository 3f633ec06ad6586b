"""Cells of a notebook that a corpus is too small for say so in one line, and the notebook goes on."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from analysis.corpus.identity.metadata_file import MetadataWarning
from analysis.schemas import TownshipError

__all__ = ["explain_gaps", "noted"]

_NAME = "_gaps"


def explain_gaps(shell: Any = None) -> None:
    """From the next cell on, let a cell that a corpus is too small for say why, in one line, in place of an error.

    A cell that ends in a `TownshipError` prints its text; a later cell that needs a name which was to be assigned there
    prints that it does. All other errors stay errors. A `MetadataWarning` is printed as a note, each once, without the
    place in the code. Outside IPython nothing happens.

    Parameters
    ----------
    shell : InteractiveShell, optional
        By default the one that runs.
    """
    if shell is None:
        from IPython.core.getipython import get_ipython

        shell = get_ipython()
    if shell is not None and _NAME not in shell.user_ns:
        shell.user_ns[_NAME] = _Gaps()
        shell.ast_transformers.append(_Guard(shell.user_ns[_NAME]))
        warnings.showwarning = noted(warnings.showwarning)


def noted(show: Callable[..., None]) -> Callable[..., None]:
    """Return `show`, but a `MetadataWarning` is printed, once in a notebook, and names no file of this machine."""
    said: set[str] = set()

    def note(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if not issubclass(category, MetadataWarning):
            show(message, category, *where, **more)
        elif str(message) not in said:
            said.add(str(message))
            print(f"Note: {message}")

    return note


class _Gaps:
    """Which names could not be assigned."""

    error = TownshipError

    def __init__(self) -> None:
        self.missing: set[str] = set()

    def found(self, error: TownshipError, names: Iterable[str]) -> None:
        """Say what kept a cell from its end; `names` are those that it assigns."""
        self.missing.update(names)
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            pyplot.close("all")  # a figure that was begun would be shown at the end of the cell
        print(f"Not made: {error}")

    def filled(self, names: Iterable[str]) -> None:
        """Forget the `names`, which a cell that came to its end has assigned."""
        self.missing.difference_update(names)


class _Guard(ast.NodeTransformer):
    """Put what a cell does under guard, and leave out a cell that needs what is missing."""

    def __init__(self, gaps: _Gaps) -> None:
        self.gaps = gaps

    def visit_Module(self, module: ast.Module) -> ast.Module:
        assigned = sorted({name for statement in module.body for name in _stored(statement)})
        if needed := _needed(module.body) & self.gaps.missing:
            self.gaps.missing.update(assigned)
            said = f"Not made: it needs {', '.join(sorted(needed))}, not made above."
            return _at(ast.parse(f"print({said!r})"), module)
        last = module.body[-1] if module.body else None
        body, shown = list(module.body), []
        if isinstance(last, ast.Expr):  # what a cell shows is still its last expression
            body[-1] = ast.copy_location(ast.Assign([ast.Name(f"{_NAME}_shown", ast.Store())], last.value), last)
            shown = [ast.copy_location(ast.Expr(ast.Name(f"{_NAME}_shown", ast.Load())), last)]
        frame = ast.parse(
            f"try:\n pass\nexcept {_NAME}.error as {_NAME}_error:\n {_NAME}_shown = None\n"
            f" {_NAME}.found({_NAME}_error, {assigned!r})\nelse:\n {_NAME}.filled({assigned!r})"
        )
        guarded = frame.body[0]
        assert isinstance(guarded, ast.Try)
        guarded.body = body or guarded.body
        return ast.fix_missing_locations(ast.Module([guarded, *shown], module.type_ignores))


def _at(new: ast.Module, module: ast.Module) -> ast.Module:
    return ast.fix_missing_locations(ast.Module(new.body, module.type_ignores))


def _needed(statements: list[ast.stmt]) -> set[str]:
    """Return the names that `statements` read before they assign them."""
    needed: set[str] = set()
    known: set[str] = set()
    for statement in statements:
        needed |= _loaded(statement) - known
        known |= _stored(statement)
    return needed


def _loaded(statement: ast.stmt) -> set[str]:
    """Return the names that `statement` reads, without those that its own loops and blocks assign."""
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    own = {
        name.id
        for node in ast.walk(statement)
        if isinstance(node, ast.comprehension | ast.For | ast.withitem)
        for target in [node.optional_vars if isinstance(node, ast.withitem) else node.target]
        if target is not None
        for name in ast.walk(target)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    }
    own |= {argument.arg for node in ast.walk(statement) if isinstance(node, ast.arguments) for argument in node.args}
    return names - own


def _stored(statement: ast.stmt) -> set[str]:
    """Return the names that `statement` assigns, those of comprehensions among them."""
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
