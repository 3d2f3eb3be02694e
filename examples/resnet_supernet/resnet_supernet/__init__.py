"""A small ResNet for handwritten digits, elastic in the widths and depths of its stages."""
