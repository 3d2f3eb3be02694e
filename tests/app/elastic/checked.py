"""What a check has found of a small network."""

from engine.supernets.elastic.report import ElasticReport, GeneRow, OriginalQuality, RigidRow
from engine.training.elastic.check_result import Check, SkippableBlocks, TrainingCosts

COSTS = TrainingCosts("A step takes 0.1 s.", (), original_seconds=100.0, supernet_factor=1.0)
CHECK = Check(
    ElasticReport(
        model="make_model in my_model.py",
        data="images",
        genes=(
            GeneRow("d1", "stage1", "depth", (1, 2)),
            GeneRow("w1", "stage1.0.body.0", "width", (8, 12, 16)),
            GeneRow("k1", "stage1.0.dw", "kernel size", (3, 5)),
            GeneRow("r", "r", "resolution", (160, 224)),
        ),
        rigid=(RigidRow("head", "its size is that of the output"),),
        macs=(1_000_000, 4_000_000),
        params=(10_000, 40_000),
        networks=24,
        self_test={
            "original_difference": 2e-7, "extracted_difference": 0.0, "networks": 22, "counted": 6,
            "unreached": (), "remarks": (),
        },
        quality=OriginalQuality("Top-1 accuracy", 90.25, "%", 500),
    ),
    ("stage1", "stage1.0.body.0", "stage1.0.dw", ""),
    (SkippableBlocks("stage1", ("stage1.1", "stage1.0"), 1),),
    COSTS,
)  # fmt: skip
