"""Access control: host names, origins, token or sign-in, and the files a visitor may name."""
