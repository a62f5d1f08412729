"""The command line: what each command takes, does, prints and writes."""
