"""Triggers that write down what runs do: nothing escapes them that a transaction committed, and
nothing counts that it took back.
"""

TABLES = """
CREATE TABLE seen_births (number {number}, run text, token text, position integer, units integer);
CREATE TABLE seen_moves (number {number}, run text, was text, became text, hidden boolean,
  prediction text, error text);
CREATE TABLE seen_faults (run text, what text);
CREATE TABLE seen_presses (number {number}, runs integer, units integer);
"""
BIRTH, PRESS, MOVE, OUTPUT, PREDICTION = EVENTS = (
    """INSERT INTO seen_births (run, token, position, units)
  VALUES (NEW.id, NEW.form_token, NEW.position, NEW.units);""",
    "INSERT INTO seen_presses (runs, units) VALUES (NEW.runs, NEW.units);",
    """INSERT INTO seen_moves (run, was, became, hidden, prediction, error)
  VALUES (NEW.id, OLD.status, NEW.status, OLD.deleted_at IS NOT NULL, NEW.prediction_id,
    NEW.error_kind);""",
    "INSERT INTO seen_faults VALUES (NEW.id, 'its answer was overwritten');",
    "INSERT INTO seen_faults VALUES (NEW.id, 'its prediction became another one');",
)
WHERE = {
    BIRTH: ("INSERT ON playground_run", "TRUE"),
    PRESS: ("INSERT ON playground_press", "TRUE"),
    MOVE: ("UPDATE OF status ON playground_run", "OLD.status != NEW.status"),
    OUTPUT: (
        "UPDATE OF output ON playground_run",
        "OLD.output != '' AND OLD.output != NEW.output",
    ),
    PREDICTION: (
        "UPDATE OF prediction_id ON playground_run",
        "OLD.prediction_id != '' AND OLD.prediction_id != NEW.prediction_id",
    ),
}


def _on_sqlite(number: int, act: str) -> str:
    event, when = WHERE[act]
    return f"CREATE TRIGGER seen_{number} AFTER {event} WHEN {when} BEGIN {act} END;"


def _on_postgres(number: int, act: str) -> str:
    event, when = WHERE[act]
    return f"""
CREATE FUNCTION seen_{number}() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN {act} RETURN NULL; END $$;
CREATE TRIGGER seen_{number} AFTER {event} FOR EACH ROW WHEN ({when})
  EXECUTE FUNCTION seen_{number}();"""


SQLITE = TABLES.format(number="INTEGER PRIMARY KEY") + "".join(
    _on_sqlite(number, act) for number, act in enumerate(EVENTS)
)
POSTGRES = TABLES.format(number="SERIAL PRIMARY KEY") + "".join(
    _on_postgres(number, act) for number, act in enumerate(EVENTS)
)
