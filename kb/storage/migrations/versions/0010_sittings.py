"""Sittings of the examination, answers and scores."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    pass
