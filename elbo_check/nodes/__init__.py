"""What SymPy lacks: densities, their values at a point, expectations, integrals and divergences.

Every node is a SymPy object, so that E_q[…] + KL(q‖p) is an ordinary expression; none of them evaluates itself.
An ill-typed node (KL between different dimensions, an expectation over the wrong variables) cannot be built.
"""

from .arbitrary import Arbitrary, Member, model
from .building import derivative, derivative_parts, function, indexed_sum, replaced, sequence, sum_parts
from .densities import Density, Value
from .expressions import KL, Binder, Entropy, Expectation, Information, Integral, Maximum, Minimum, Vector
from .families import Bernoulli, Gaussian, Uniform, gaussian
from .given import Space, expression, free_symbols, is_variable_of, parts_of, space_of
from .magnitude import require_readable
from .outcomes import beside_gaussians, family_of, outcomes_in, own_kinds, same_spaces, space_of_family, spaces_of
from .probabilities import is_probability
from .products import Independent, Iterated, Product
from .signs import is_positive, where_densities_vanish
from .vocabulary import require_supported

__all__ = [
    "KL",
    "Arbitrary",
    "Bernoulli",
    "Binder",
    "Density",
    "Entropy",
    "Expectation",
    "Gaussian",
    "Independent",
    "Information",
    "Integral",
    "Iterated",
    "Maximum",
    "Member",
    "Minimum",
    "Product",
    "Space",
    "Uniform",
    "Value",
    "Vector",
    "beside_gaussians",
    "derivative",
    "derivative_parts",
    "expression",
    "family_of",
    "free_symbols",
    "function",
    "gaussian",
    "indexed_sum",
    "is_positive",
    "is_probability",
    "is_variable_of",
    "model",
    "outcomes_in",
    "own_kinds",
    "parts_of",
    "replaced",
    "require_readable",
    "require_supported",
    "same_spaces",
    "sequence",
    "space_of",
    "space_of_family",
    "spaces_of",
    "sum_parts",
    "where_densities_vanish",
]
