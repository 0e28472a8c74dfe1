"""How near the product is to the bare driver: product and floor measured in one run, in turns."""
