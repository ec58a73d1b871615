"""The checks: one function a rule, bound by the rule's file; the first parameter's type says what it looks at."""
