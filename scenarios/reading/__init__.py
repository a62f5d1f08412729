"""What is asked: scenario files, inventory and catalogue, read and checked."""
