"""The search spaces of Once-for-All's ImageNet supernets, with DyNAS-T's form of their configs."""

from dataclasses import replace

from engine.space import Gene, IndexedValues, SearchSpace, mbconv_space

RESNET_BASE_BLOCKS = (2, 2, 4, 2)
RESNET_OPTIONAL_BLOCKS = 2
RESNET_EXPANDS = (0.2, 0.25, 0.35)
RESNET_WIDTHS = (0.65, 0.8, 1.0)


def mobilenet_v3_space(resolutions: tuple[int, ...] = (224,)) -> SearchSpace:
    """Five stages of 2-4 blocks: genes ks (20), e (20), d (5), and r with several resolutions.

    A config is `{'wid': None, 'ks': [...], 'e': [...], 'd': [...], 'r': [224]}`.
    """
    space = replace(mbconv_space(stages=5, blocks=4), leading=(("wid", None),))
    return _with_resolution(space, resolutions)


def proxyless_space(resolutions: tuple[int, ...] = (224,)) -> SearchSpace:
    """Five stages of 2-4 blocks and a sixth of one block: genes ks (21), e (21), d (5) and r.

    The depth of the sixth stage is no choice: configs end their `d` with 1.
    """
    space = mbconv_space(stages=5, blocks=4, final_blocks=1)
    space = replace(space, leading=(("wid", None),), trailing=(("d", (1,)),))
    return _with_resolution(space, resolutions)


def resnet50_space(resolutions: tuple[int, ...] = (224,)) -> SearchSpace:
    """Stem and four stages: genes d (5), e (18), w (6) and r.

    `d[0]` is 2 with the residual block of the stem and 0 without, `d[1:]` the optional blocks of
    the stages after their 2, 2, 4 and 2 base blocks. `w` are indices of width multipliers: of the
    stem's inner layers, of its output, and of the stages. `d[0] = 1` leaves the block out like 0
    (`ofa` asks for the largest depth), and `w[0] = 1` is the same network as 0: the inner layers of
    the stem round to 24, 24 or 32 channels. Both occur in configs of other programs.
    """
    depth = [
        Gene("d", (0, 2), aliases=((1, 0),), role="depth", part="stem layer 2"),
        *(
            Gene("d", tuple(range(RESNET_OPTIONAL_BLOCKS + 1)), role="depth", part=f"stage {stage}")
            for stage, _ in enumerate(RESNET_BASE_BLOCKS, 1)
        ),
    ]
    expand: list[Gene] = []
    for stage, base in enumerate(RESNET_BASE_BLOCKS, 1):
        for block in range(1, base + RESNET_OPTIONAL_BLOCKS + 1):
            optional = max(0, block - base)
            gene = Gene(
                "e",
                RESNET_EXPANDS,
                switch=stage if optional else None,
                needs=optional,
                role="expansion",
                part=f"stage {stage} block {block}",
            )
            expand.append(gene)
    indices = tuple(range(len(RESNET_WIDTHS)))
    multipliers = IndexedValues("width multipliers", RESNET_WIDTHS)
    stages = [f"stage {stage}" for stage, _ in enumerate(RESNET_BASE_BLOCKS, 1)]
    width = [
        Gene(
            "w",
            indices if number > 1 else (0, 2),
            aliases=() if number > 1 else ((1, 0),),
            index_of=multipliers,
            role="width",
            part=part,
        )
        for number, part in enumerate(["stem layer 1", "stem layer 3", *stages], 1)
    ]
    return _with_resolution(SearchSpace((*depth, *expand, *width)), resolutions)


def _with_resolution(space: SearchSpace, resolutions: tuple[int, ...]) -> SearchSpace:
    """The space with the input resolution as its last gene, or fixed if there is only one."""
    if len(resolutions) == 1:
        return replace(space, trailing=(*space.trailing, ("r", resolutions)))
    resolution = Gene("r", resolutions, role="resolution", label="Resolution 1")
    return replace(space, genes=(*space.genes, resolution))
