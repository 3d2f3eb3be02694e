"""The live curves of a training."""

import streamlit as st

from app.charts.component import chart
from engine.analysis.charts.training_curves import TrainingCurvesInfo
from engine.analysis.figures.training_curves import loss_figure, quality_figure

_HEIGHT = 300


def draw_curves(info: TrainingCurvesInfo) -> None:
    """Draw or update the quality of networks, and the loss, over steps."""
    quality, loss = st.columns([0.64, 0.36], gap="small")
    with quality:
        chart(
            quality_figure(info),
            name="training_quality",
            title=f"{info.label} on validation data",
            description=info.quality_description,
            height=_HEIGHT,
            key=f"training_quality_{info.training}",
            empty="" if info.qualities else "It appears when the first networks are measured.",
        )
    with loss:
        chart(
            loss_figure(info),
            name="training_loss",
            title="Loss",
            description=info.loss_description,
            height=_HEIGHT,
            key=f"training_loss_{info.training}",
            empty="" if info.losses else "It appears with the first steps.",
        )
