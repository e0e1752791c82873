from __future__ import annotations

from sqlalchemy import text

from tests.factories import NOW


def write(store, *subjects):
    with store.write() as uow:
        for subject in subjects:
            uow.audit.add(at=NOW, by="某人", action="publish", subject=subject, detail={"第": 3, "原因": "新编"})
        uow.commit()


def broken_at(store):
    with store.read() as uow:
        return uow.audit.broken_at()


def test_rows_are_numbered_in_order_over_several_transactions(store):
    write(store, "FAQ-0001", "FAQ-0002")
    write(store, "FAQ-0003")
    with store.read() as uow:
        rows = uow.audit.rows()
    assert [(r.number, r.subject) for r in rows] == [(3, "FAQ-0003"), (2, "FAQ-0002"), (1, "FAQ-0001")]
    assert rows[0].detail == {"第": 3, "原因": "新编"}
    assert broken_at(store) is None


def tamper(store, statement):
    with store.engine.connect() as connection:
        if store.engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_no_update"))
            connection.execute(text("DROP TRIGGER audit_no_delete"))
        else:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER audit_append_only"))
        connection.execute(text(statement))
        connection.commit()


def test_a_row_changed_behind_our_back_breaks_the_chain_there(store):
    write(store, "FAQ-0001", "FAQ-0002", "FAQ-0003")
    tamper(store, "UPDATE audit SET subject = 'FAQ-0009' WHERE number = 2")
    assert broken_at(store) == 2


def test_a_row_taken_out_breaks_the_chain_there(store):
    write(store, "FAQ-0001", "FAQ-0002", "FAQ-0003")
    tamper(store, "DELETE FROM audit WHERE number = 2")
    assert broken_at(store) == 2
