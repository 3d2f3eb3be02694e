"""Decide."""

from app.views.decide import render

render()
