"""What each chart shows, as plain data: a frozen `...Info` and the function that builds it."""
