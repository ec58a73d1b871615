"""What becomes of the error of a call: handlers, retries, deadlines, and what is answered instead."""
