"""What each page shows; the files in `pages/` call these."""
