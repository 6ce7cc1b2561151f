"""The rule of choices: the one letter that an answer settles on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.experiments.rules.reading import Answer, Reading, RuleError, unread
from playground.experiments.rules.wording import folded, unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MARKS = re.compile(r"[*_`$\\{}\"“”]|\\text\b")
_ALONE = re.compile(r"[(\[]?([A-Za-z])[)\].:]?")
# Not the words A and I, as in "A cat" and "I think".
_LETTER = r"([A-Z])(?![\w-]|[’'][a-z])(?!(?<=[AI])[ ](?!(?:is|was|or|and|as|because|since)\b)[a-z])"
_NO_OTHER = r"(?![ ]?(?:or|and|oder|und|[/,&])[ ]?[(\[]?[A-Z]\b)"
_SAID = re.compile(
    r"\b(?i:answer|choice|choose|option|select|selected|correct|antwort|lösung|réponse|respuesta|"
    r"risposta|resposta|svar|svaret|ответ)\b"
    r"(?:[ ](?i:option|choice|is|are|ist|lautet|est|es|é|è|är|the|would|be|letter|therefore|thus|"
    r"clearly|probably|likely)\b){0,4}"
    rf"[ ]?[:=]?[ ]?\n?[ ]?[(\[‘']?(?:{_LETTER}{_NO_OTHER}"
    r"|([a-z])(?=[)\].]{0,2}[ ]?$|[)\]][ ]))"
    r"|(?:答案|[选選](?:择|擇|项|項)?|選択肢|正解|答え|정답|답)"
    r"[是为為は은는이:： ]{0,4}[(\[]?([A-Za-z])(?![A-Za-z]|[、或和与])",
    re.MULTILINE,
)
_BEGUN = re.compile(
    r"^[ \t]*(?:[-•][ ])?(?:[(\[]?([A-Z])[)\].:]|[(\[]?([a-z])[)\]])(?=\s|$)"
    r"(?![ ](?:is|ist)[ ](?:wrong|incorrect|false|not|falsch|nicht)\b)",
    re.MULTILINE,
)
# What is said not to be the answer is none: "not B", "it isn't B".
_STANDING = re.compile(rf"(?<![\w-])(?<![a-z][’'])(?<![nN][o’'][tr][ ]){_LETTER}")


@dataclass(frozen=True)
class Choice:
    """letters: those that can be chosen."""

    letters: str = ALPHABET

    def __post_init__(self) -> None:
        if not self.letters or set(self.letters.upper()) - set(ALPHABET):
            raise RuleError("The letters to choose from are some of A to Z.")

    def judge(self, answer: Answer) -> Reading:
        expected = _alone(answer.expected, self.letters)
        if not expected:
            return unread("The expected value is no letter to choose.")
        read = self.read(answer.text)
        return Reading(read, read == expected, None, "" if read else "No choice in the answer.")

    def read(self, text: str) -> str:
        """Return the letter: alone, said last to be the answer, or the only one that stands out."""
        letter = _alone(text, self.letters)
        if letter:
            return letter
        plain = folded(_MARKS.sub("", text), case=False, space=False, punctuation=False)
        said = [letter for match in _SAID.finditer(plain) for letter in self._letters(match)]
        if said:
            return said[-1]
        for pattern in (_BEGUN, _STANDING):
            found = {letter for match in pattern.finditer(plain) for letter in self._letters(match)}
            if len(found) == 1:
                return found.pop()
        return ""

    def _letters(self, match: re.Match[str]) -> Iterator[str]:
        letter = next(filter(None, match.groups())).upper()
        if letter in self.letters.upper():
            yield letter


def _alone(text: str, letters: str) -> str:
    """Return the letter that is all of a text, with or without brackets: B, (b), **B.**"""
    match = _ALONE.fullmatch(folded(unwrapped(text), case=False, space=True, punctuation=False))
    letter = match[1].upper() if match else ""
    return letter if letter in letters.upper() else ""
