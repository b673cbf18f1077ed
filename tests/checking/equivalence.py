"""Whether a mutant says the same as the original, or something true but weaker: by all laws at once."""

from typing import Any

from elbo_check.derivation import Chain, Step
from elbo_check.errors import WitnessError
from elbo_check.normal_form import Context, NormalForm, Rule

OPENING = {Rule.LOGS, Rule.LINEAR, Rule.KL, Rule.ENTROPY, Rule.INFORMATION, Rule.BERNOULLI}
SETS = [
    set(),
    {Rule.LOGS},
    OPENING,
    OPENING | {Rule.CONDITIONAL},
    OPENING | {Rule.GAUSSIAN},
    OPENING | {Rule.GAUSSIAN, Rule.MOMENTS},
    OPENING | {Rule.INDEPENDENT, Rule.MARGINAL},
    OPENING | {Rule.DISCRETE},
    OPENING | {Rule.CHANGE, Rule.UNDER_EXPECTATION, Rule.MARGINAL},
    OPENING | {Rule.DIFFERENTIATE},
    {Rule.LAST_FACTOR},
    {Rule.LAST_TERM, Rule.LINEAR},
    {Rule.ADDITIVE},
    {Rule.NEGATION},
    {Rule.NORMALISED},
    {Rule.INTEGRAL, Rule.CONDITIONAL, Rule.LINEAR, Rule.NORMALISED},
]
SLACK = [{Rule.NONNEGATIVE}, {Rule.TANGENT}, {Rule.GIBBS}, {Rule.SUPPORT}, {Rule.JENSEN}, {Rule.EQUATIONS}]


def equivalent(one: Any, other: Any, chain: Chain) -> bool:
    """Whether two expressions have the same value, by some set of laws."""
    return any(shown(one, "=", other, rules, Context(chain.where)) for rules in SETS)


def true_by_other_laws(step: Step, chain: Chain) -> bool:
    """Whether a step that its own law does not license is shown by other laws."""
    context = chain.context(step)
    sets = SETS if step.relation == "=" else [one | other for one in SETS for other in SLACK]
    return any(shown(step.left, step.relation, step.right, rules, context) for rules in sets)


def shown(left: Any, relation: str, right: Any, rules: set[Rule], context: Context) -> bool:
    try:
        return NormalForm(frozenset(rules), context).shows(left, relation, right) is None
    except (WitnessError, RecursionError):
        return False
