"""Use cases: one class per subject, one transaction per verb. They know the domain and the ports, no framework."""
