"""An elastic perceptron for a table: it tells malignant tumours from benign ones."""
