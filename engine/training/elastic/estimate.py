"""What each way from a network to many would cost, from steps that are timed."""

from dataclasses import dataclass

from engine.supernets.elastic.data_source import Brought
from engine.supernets.elastic.network import ElasticNetwork
from engine.training.elastic import plan as plans
from engine.training.elastic.advice import WayCost, advice_sentence, way_costs
from engine.training.elastic.length import supernet_multiple
from engine.training.elastic.prepared import device_of
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.timing import StepTimes, step_times


@dataclass(frozen=True)
class Estimate:
    """Timed steps, the steps of the network's own training, and the cost of each way.

    `advice` is a sentence on the way for the wanted number of sizes, `steps` those of a supernet's
    training, and `remarks` what was assumed. `original_seconds` are those of the network's own
    training; `supernet_factor` is what steps of a supernet take more than their MACs tell.
    """

    times: StepTimes
    plain_steps: float
    steps: int
    ways: tuple[WayCost, ...]
    advice: str
    remarks: tuple[str, ...]
    original_seconds: float
    supernet_factor: float

    @property
    def sentence(self) -> str:
        """What was timed, in words."""
        return self.times.sentence(self.steps)


def estimate(
    brought: Brought,
    network: ElasticNetwork,
    request: TrainingRequest,
    sizes: int | None = None,
    objectives: int = 2,
) -> Estimate:
    """The costs of the three ways; trains copies of the weights for a few steps.

    `sizes` is the number of networks that are wanted, None if it is not known. Raises DataError
    without data.
    """
    data, device = brought.required_data(), device_of(request.device, request.precision)
    recipe, rate_remark = plans.recipe_of(request, brought.network, data)
    plain_steps, length_remark = plans.original_steps(request, data)
    placed = ElasticNetwork(network.model.to(device), network.structure)
    times = step_times(placed, brought.network, data, recipe, device)
    steps = plans.supernet_steps(request, network, recipe, plain_steps)
    # Time per multiply-add differs between the passes: what was timed replaces what was counted.
    factor = times.multiple / supernet_multiple(network, recipe)
    original_seconds = plain_steps * times.plain / request.accumulate
    costs = way_costs(sizes, objectives, original_seconds, factor)
    return Estimate(
        times,
        plain_steps,
        steps,
        tuple(costs),
        advice_sentence(sizes, objectives),
        tuple(filter(None, (rate_remark, length_remark))),
        original_seconds,
        factor,
    )
