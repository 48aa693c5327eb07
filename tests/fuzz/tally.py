"""Come here for what was tried and what came of it."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """One kind of attack: inputs tried, answers by status, and each thing that must not be."""

    kind: str
    tried: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    """Calls of the document that were not refused, at least once."""

    @property
    def server_errors(self) -> int:
        """Answers that blame us; 503 is one of them, for nothing of ours was taken away."""
        return sum(count for status, count in self.answers.items() if status >= 500)

    def answered(self, status: int, content_type: str, what: str) -> None:
        """An answer came; a refusal has to be a problem document."""
        self.tried += 1
        self.answers[status] += 1
        if status >= 500:
            self.faults.append(f"{status} to {what}")
        elif status >= 400 and not content_type.startswith("application/problem+json"):
            self.faults.append(f"{status} without a problem document to {what}")
