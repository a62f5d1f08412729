"""The view: pages that show what `scenarios` computed; no arithmetic lives here.

Pages are built by a factory and talk only to `scenarios`; everything they show is served from this package.
"""
