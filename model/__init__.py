"""The world: pollutants, sectors, sources, measures, options and what a plan costs and does; no solver."""
