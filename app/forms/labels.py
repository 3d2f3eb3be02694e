"""What the New search form calls approaches, algorithms and predictors."""

PREDICTORS = {
    "gaussian_process": "Gaussian process",
    "ridge": "Ridge regression",
    "svr": "Support vector regression",
    "random_forest": "Random forest",
    "gradient_boosting": "Gradient boosting",
    "mlp": "Neural network (MLP)",
    "auto": "The best in cross-validation",
}
APPROACHES = {
    "dynas": "DyNAS, with predictors",
    "evolutionary": "Evolutionary, on measurements alone",
    "one_shot": "One shot, predictors that learn once",
    "random": "Random, the baseline",
    "grid": "Grid, every sub-network of a small space",
}
ALGORITHMS = {
    "nsga2": "NSGA-II",
    "age": "AGE-MOEA",
    "age2": "AGE-MOEA-II",
    "unsga3": "U-NSGA-III",
    "nsga3": "NSGA-III",
    "ctaea": "C-TAEA",
    "moead": "MOEA/D",
    "sms": "SMS-EMOA",
    "rnsga2": "R-NSGA-II",
    "ga": "Genetic algorithm",
    "cmaes": "CMA-ES",
    "de": "Differential evolution",
}
