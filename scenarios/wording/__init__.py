"""Every word and number that is shown."""
