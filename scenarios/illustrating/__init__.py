"""Illustrative inventories and monitoring sections, drawn from stated assumptions."""
