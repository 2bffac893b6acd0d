"""Loading a case looks its rows up: nothing it asks walks through the rows of other cases."""

import pytest
from sqlalchemy import bindparam, create_engine, text

from processes import rows
from processes.models import Base


@pytest.mark.parametrize("read", rows.READ)
def test_what_belongs_to_a_case_is_found_by_an_index(read):
    statement = read(bindparam("case"))
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    asked = str(statement.compile(engine, compile_kwargs={"literal_binds": False}))
    with engine.connect() as connection:
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {asked}".replace("?", "1"))).all()
    engine.dispose()
    steps = [row[-1] for row in plan]
    assert any("SEARCH" in step for step in steps)
    assert [step for step in steps if step.startswith("SCAN") or "AUTOMATIC" in step] == []
