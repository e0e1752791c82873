"""The rules of the trade: entries, revisions, publications, people. Standard library only."""
