"""fvcore: its counter of operations, imported without a warning of torch that fvcore causes."""

import warnings

with warnings.catch_warnings():
    # `fvcore.nn` compiles a loss function with `torch.jit.script` when it is imported.
    warnings.filterwarnings("ignore", r"`torch\.jit\.script` is ", FutureWarning)
    from fvcore.nn import FlopCountAnalysis as FlopCountAnalysis
