"""No module imports another one that imports it, however far around, within a function or not."""

from graphlib import TopologicalSorter

import grimp


def test_imports_go_in_no_circle():
    graph = grimp.build_graph("dynas_studio", "engine", "app", "pages", cache_dir=None)
    imported = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(imported).prepare()  # names a circle if there is one
