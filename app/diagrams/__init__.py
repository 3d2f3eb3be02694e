"""Drawings of networks as inline SVG."""
