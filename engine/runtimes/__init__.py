"""Networks as ONNX models, and the inference runtimes that run them."""
