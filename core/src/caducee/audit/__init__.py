"""What happened, who, when: chained and verifiable."""
