"""Who may come in: host names, origins, the token or the sign-in, and the files one may name."""
