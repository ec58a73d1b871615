"""What of a call is recorded: logs, traces, stores and tests."""
