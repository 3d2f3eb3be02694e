"""What the page Supernets & data is made of."""
