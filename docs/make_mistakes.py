"""Write docs/mistakes.md from the cards themselves: `python docs/make_mistakes.py`."""

from pathlib import Path

from elbo_check.diagnosis.mistakes import CARDS, Card
from elbo_check.render.derivation.prose import prose_markdown

HEAD = """# Mistakes

The catalogue of mistakes in KL divergences, ELBOs and VAE losses: a code that stays, a name, the formula with the
mistake and without, why it happens, what it does to training, and the cure. `elbo-check explain CODE` prints one. This
page is written by `docs/make_mistakes.py`; what it says in numbers is tested.

In formulas μ_j and σ_j belong to latent j of d, x_i and r_i (the reconstruction) to pixel i of D, b to a sample of a
batch of B (or M of N data points), k to a draw or a class of K; t_j is the tensor itself where what it holds is in
question. Σ reaches to the end of its product, and sg stops gradients. *error* means that what is learned changes,
*warning* that gradients are right and the value is not, *note* that neither is wrong.
"""


def page() -> str:
    """Return the page: a table of all cards, then the cards."""
    table = ["| code | mistake | |", "|---|---|---|"]
    table += [f"| [{one.code}](#{one.slug.lower()}) | `{one.slug}` | {prose_markdown(one.title)} |" for one in CARDS]
    return "\n".join([HEAD, *table, "", *map(_card, CARDS)])


def _card(card: Card) -> str:
    same = ", ".join(f"[`{slug}`](#{slug.lower()})" for slug in card.same_function)
    rows = [
        f'<a id="{card.slug.lower()}"></a>',
        f"## {card.code} {card.slug}",
        f"*{card.severity}:* {prose_markdown(card.title)}",
        f"```text\nmistaken  {card.with_mistake}\nright     {card.right}\n```",
        f"*Why.* {prose_markdown(card.why)}",
        f"*Effect.* {prose_markdown(card.effect)}",
        f"*Cure.* {prose_markdown(card.cure)}",
        *([f"*Cure, of categories.* {prose_markdown(card.cure_of_categories)}"] if card.cure_of_categories else []),
        *([f"*Cure, of a decoder.* {prose_markdown(card.cure_of_decoder)}"] if card.cure_of_decoder else []),
        *([f"*The same function in some setting:* {same}"] if same else []),
        f"*Source.* <{card.source}>",
    ]
    return "\n\n".join(rows) + "\n"


if __name__ == "__main__":
    (Path(__file__).parent / "mistakes.md").write_text(page(), encoding="utf-8")
