"""A fastText classifier: the probability of one label on a text."""

from pathlib import Path

import fasttext


class FastTextModel:
    """A loaded model. Check the file with `check_model_file` first."""

    def __init__(self, path: Path) -> None:
        # The binding itself: fasttext's own wrapper builds an array for each answer.
        self._model = fasttext.load_model(str(path)).f

    def probability(self, text: str, label: str) -> float:
        """Probability of `label`, 0 to 1, on the text with line ends as spaces; 0 where none is known."""
        line = text.replace("\n", " ") + "\n"
        for probability, name in self._model.predict(line, -1, 0.0, "strict"):
            if name == label:
                # The library adds 1e-5 before it takes a logarithm, and so passes 1 by that much.
                return min(max(float(probability), 0.0), 1.0)
        return 0.0
