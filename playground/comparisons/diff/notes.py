"""How far one answer is from most of the others, counted, and as the line above its column."""

from __future__ import annotations

from dataclasses import dataclass

from playground.web.formatting import counted


@dataclass(frozen=True)
class Note:
    """What of one answer most of the answers do not share.

    columns: how many answers were compared; 0 where this one has no words. values: numbers and
    cells of tables. words: single words in statements that are shared otherwise. statements: those
    that differ as a whole; alone: how many of them no other answer makes. missing: rows of tables
    that most of the others have.
    """

    columns: int = 0
    values: int = 0
    words: int = 0
    statements: int = 0
    alone: int = 0
    missing: int = 0

    @property
    def differs(self) -> bool:
        return bool(self.values or self.words or self.statements or self.missing)

    @property
    def sentence(self) -> str:
        """Return the note in words, without a full stop; nothing where nothing was compared."""
        if self.columns < 2:
            return ""
        if not self.differs:
            others = "majority" if self.columns > 2 else "other answer"
            return f"Agrees with the {others}"
        missing = f"{counted(self.missing, 'line')} {'is' if self.missing == 1 else 'are'} missing"
        return ", ".join([*self._differing(), *([missing] if self.missing else [])])

    def _differing(self) -> list[str]:
        total = self.values + self.words + self.statements
        if not total:
            return []
        if self.columns > 2 and total == self.statements == self.alone:
            return [f"{counted(total, 'statement')} no other answer makes"]
        parts = [
            counted(number, noun)
            for number, noun in (
                (self.values, "value"),
                (self.words, "word"),
                (self.statements, "statement"),
            )
            if number
        ]
        listed = " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
        return [f"{listed} {'differs' if total == 1 else 'differ'}"]
