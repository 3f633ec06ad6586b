"""The picture of a slogan network."""
