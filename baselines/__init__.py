"""Middle floor: reference methods and adapters that drive other people's methods."""
