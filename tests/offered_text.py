"""A package of the tests: a supernet on text, its task, and a meter; all of them have options."""

from typing import Literal

import numpy as np
import torch

from engine.meters.base import Meter
from engine.metrics import Metric
from engine.options import Options, option
from engine.space import Gene, SearchSpace
from engine.supernets.base import Supernet
from engine.tasks.base import DataNames, Task
from tests.engine.carrier import Carrier

PERPLEXITY = Metric(
    "perplexity", "Perplexity", "nats", "min", "measured", "Of the next token.", lowest=1.0
)
POWER = Metric("power", "Power", "W", "min", "measured", "Drawn in a forward pass.", lowest=0.0)


class TextOptions(Options):
    """Which text quality is measured on."""

    corpus_path: str | None = option(
        None, "Corpus", "A text file.", path=True, hint="The text that ships"
    )
    encoding: Literal["utf-8", "latin-1"] = option("utf-8", "Encoding", "How bytes are read.")
    lowercase: bool = option(False, "Lower case", "Whether letters are made small.")
    context: int = option(64, "Context", "Tokens that are seen at once.", ge=8, le=1024)


class Sentences(Task):
    """The next token; it holds no text out."""

    name, metrics, origin = "sentences", (PERPLEXITY,), "Measured on a text that ships."
    data_names = DataNames("token", "tokens", "validation text", "")
    Options = TextOptions

    def example_inputs(self, count, resolution=None):
        return torch.zeros(count, 8)

    def fingerprint(self, settings):
        return "text"

    def bounds(self, metric):
        return 41.0, 1.0

    def quality(self, network, part, metrics, settings, resolution=None):
        return {"perplexity": 40.0 / network(None)["layers"][0]}


class HeldOutSentences(Sentences):
    """The same with text held out."""

    data_names = DataNames("token", "tokens", "validation text")


class NetOptions(Options):
    """Where the weights come from."""

    begin: Literal["checkpoint", "noise"] = option("checkpoint", "Weights from", "Their origin.")
    checkpoint_path: str | None = option(
        None, "Checkpoint", "A file with weights.", path=True, when=("begin", "checkpoint")
    )
    warm: bool = option(False, "Warm up", "Whether it runs once before.")
    temperature: float = option(
        1.0, "Temperature", "Of the outputs.", when=("warm", True), gt=0, le=2, step=0.25
    )
    digest: str | None = option(
        None, "Digest", "Of the checkpoint.", form=False, made_from=("checkpoint_path",)
    )


class TextNet(Supernet):
    """Two genes."""

    name, title, description = "text_net", "Layers on text", "Two genes."
    task = Sentences()
    Options = NetOptions
    space = SearchSpace((Gene("layers", (1, 2, 4)), Gene("heads", (1, 2, 3))))

    def macs_params(self, genotypes):
        sizes = 2 ** np.atleast_2d(genotypes)[:, 0]
        return np.stack([100 * sizes, 10 * sizes], axis=1)

    def weights_digest(self, settings):
        return "text net"

    def extract(self, config, settings):
        return Carrier(config)


class HeldOutNet(TextNet):
    """On a task that holds data out."""

    name, title, task = "held_out_net", "Layers on other text", HeldOutSentences()


class PowerOptions(Options):
    """How long the counter is watched."""

    seconds: float = option(2.0, "Seconds", "How long it is watched.", ge=0.5, le=60)
    readings: int = option(3, "Readings", "How many readings are averaged.")
    offset: float = option(0.0, "Offset", "Added to each reading, in watts.", ge=-9, step=1)


class PowerMeter(Meter):
    """Watts, as a made-up counter tells."""

    name, label, metrics = "wattmeter", "Power", (POWER,)
    depends_on = frozenset({"machine", "device"})
    Options = PowerOptions

    def describe(self, supernet, settings):
        return f"Power is read for {self.options(settings).seconds:g} s."

    def measure(self, subject, metrics):
        return {"power": 5.0}
