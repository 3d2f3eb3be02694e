from engine.gene_names import named_genes
from engine.space import Gene, SearchSpace, mbconv_space


def test_genes_of_a_stage_are_counted_by_block():
    genes = {
        gene.name: gene for gene in named_genes(mbconv_space(stages=2, blocks=2, depths=(1, 2)))
    }
    assert genes["ks1"].label == "Stage 1 block 1 kernel size"
    assert genes["ks4"].label == "Stage 2 block 2 kernel size"
    assert genes["e3"].belongs == "Stage 2 expansion"
    assert genes["d2"].label == genes["d2"].belongs == "Stage 2 depth"


def test_genes_outside_all_stages_are_counted_by_kind():
    space = SearchSpace((Gene("w", (1, 2)), Gene("w", (1, 2)), Gene("extra", (0, 1))))
    assert [gene.label for gene in named_genes(space)] == ["Width 1", "Width 2", "Extra 1"]
    assert [gene.name for gene in named_genes(space)] == ["w1", "w2", "extra1"]
