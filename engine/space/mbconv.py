"""The search space of Once-for-All's MobileNets, which several supernets share."""

from engine.space.gene import Gene
from engine.space.roles import Role
from engine.space.search_space import SearchSpace


def mbconv_space(
    stages: int,
    blocks: int,
    kernels: tuple[int, ...] = (3, 5, 7),
    expands: tuple[int, ...] = (3, 4, 6),
    depths: tuple[int, ...] = (2, 3, 4),
    final_blocks: int = 0,
) -> SearchSpace:
    """The Once-for-All MobileNet space: kernel and expansion a block, depth a stage.

    Genes stand in the order ks, e, d. `final_blocks` follow the stages and are never left out.
    Source: Cai et al., "Once-for-All", ICLR 2020, section 3.
    """
    first_depth = 2 * (stages * blocks + final_blocks)
    names = [f"stage {stage + 1}" for stage in range(stages)] if stages > 1 else [""] * stages
    genes: list[Gene] = []
    block_groups: list[tuple[str, tuple[int, ...], Role]] = [
        ("ks", kernels, "kernel"),
        ("e", expands, "expansion"),
    ]
    for group, choices, role in block_groups:
        genes += [
            Gene(
                group,
                choices,
                switch=first_depth + stage,
                needs=block + 1,
                role=role,
                part=f"{name} block {block + 1}".lstrip(),
            )
            for stage, name in enumerate(names)
            for block in range(blocks)
        ]
        genes += [Gene(group, choices, role=role)] * final_blocks
    return SearchSpace((*genes, *(Gene("d", depths, role="depth", part=name) for name in names)))
