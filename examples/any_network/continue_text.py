"""Run the ONNX file of a language model: bits per byte of the test text, and a continued text.

`python continue_text.py MODEL.onnx "The beginning of a text"`
"""

import sys

import numpy as np
import onnxruntime
from language_model import LENGTH, windows

BYTES, TEMPERATURE = 160, 0.6


def bits_per_byte(session: onnxruntime.InferenceSession) -> float:
    """The mean of the test text, as `language_model.score` measures it."""
    name = session.get_inputs()[0].name
    rows = windows()["test"].numpy()
    (logits,) = session.run(["logits"], {name: rows[:, :-1]})
    largest = logits.max(-1, keepdims=True)
    log_sums = np.log(np.exp(logits - largest).sum(-1)) + largest[..., 0]
    chosen = np.take_along_axis(logits, rows[:, 1:, None], -1)[..., 0]
    return float((log_sums - chosen).mean() / np.log(2))


def continued(session: onnxruntime.InferenceSession, text: str) -> str:
    """The text with bytes after it that are drawn one by one, each after up to 64 others."""
    name, written = session.get_inputs()[0].name, list(text.encode())
    rng = np.random.default_rng(0)
    for _ in range(BYTES):
        (logits,) = session.run(["logits"], {name: np.array([written[-LENGTH:]])})
        weights = np.exp((logits[0, -1] - logits[0, -1].max()).astype(float) / TEMPERATURE)
        written.append(int(rng.choice(len(weights), p=weights / weights.sum())))
    return bytes(written).decode(errors="replace")


def main() -> None:
    """Print both for the file and the text that are given."""
    session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
    print(f"{bits_per_byte(session):.3f} bits per byte of the test text")
    print(continued(session, sys.argv[2]))


if __name__ == "__main__":
    main()
