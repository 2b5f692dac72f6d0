"""Simulations on small grids: fluids, waves, reactions, crystals, flows and fronts."""
