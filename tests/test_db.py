"""What the database's sessions have beside queries."""

from sqlalchemy import text

from fedi import db


def test_lists_have_few_lengths():
    assert db.few_lengths([]) == []
    lengths = [len(db.few_lengths(list(range(count)))) for count in (1, 2, 5, 6, 19, 20, 41, 81)]
    assert lengths == [1, 5, 5, 20, 20, 20, 80, 81]
    assert set(db.few_lengths([3, 4])) == {3, 4}


def test_plans_are_kept_for_one_transaction(house_on_each):
    def mode(session):
        return None if db.is_sqlite() else session.scalar(text("SHOW plan_cache_mode"))

    with db.reading() as session:
        db.keep_plans(session)
        assert mode(session) in {None, "force_generic_plan"}
    for _ in range(8):  # whichever connection the pool gives
        with db.reading() as session:
            assert mode(session) in {None, "auto"}
