"""Charts: plain data first (`*_info`), then the figure that draws it (`*_figure`)."""
