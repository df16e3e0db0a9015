"""What a record becomes: documents, rejected documents, quarantined records, and their identity and text."""
