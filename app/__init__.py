"""The dashboard: its start, navigation, theme, charts and views. `python -m app` runs it."""
