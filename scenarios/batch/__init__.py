"""Many scenarios: what a sweep file asks for, how its runs are spread over processes, what is kept of each."""
