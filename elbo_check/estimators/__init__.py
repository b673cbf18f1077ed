"""Monte Carlo estimators of the ELBO, its gradient, log p(x) and their bounds, one a file."""
