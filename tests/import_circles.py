"""Modules that need each other in a circle."""

from collections.abc import Iterator, Sequence

from tests.architecture import Source


def circles(sources: Sequence[Source]) -> list[str]:
    """Modules of one layer that need each other while they are being imported."""
    modules = {source.module for source in sources}
    needs = {source.module: set(_needs(source, modules)) for source in sources}
    found: list[str] = []

    def visit(module: str, path: tuple[str, ...]) -> None:
        if module in path:
            circle = path[path.index(module) :]
            if module == min(circle):
                found.append(" -> ".join([*circle, module]))
            return
        for needed in sorted(needs[module]):
            visit(needed, (*path, module))

    for layer in sorted({source.layer for source in sources}):
        inside = {module for module in modules if module.partition(".")[0] == layer}
        needs.update({module: needs[module] & inside for module in inside})
    for module in sorted(_in_circles(needs)):
        visit(module, ())
    return sorted(set(found))


def _in_circles(needs: dict[str, set[str]]) -> set[str]:
    """What is left when whoever needs nobody, or is needed by nobody, has been taken away, again and again."""
    left = dict(needs)
    while True:
        kept = {module: needed & left.keys() for module, needed in left.items() if needed & left.keys()}
        if kept.keys() == left.keys():
            return set(kept)
        left = kept


def _needs(source: Source, modules: set[str]) -> Iterator[str]:
    for found in source.imports:
        if not found.for_types_only:
            name = found.name if found.name in modules else found.name.rpartition(".")[0]
            if name in modules and name != source.module:
                yield name
