"""Write docs/laws.md from the laws themselves: `python docs/make_laws.py`."""

from pathlib import Path

from elbo_check import laws
from elbo_check.laws import LAWS, Law
from elbo_check.render.derivation.prose import prose_markdown

HEAD = """# Laws

What a step may cite. Each law is a value of `elbo_check.laws` whose statement is run as a test: under each title stands
what to write in a step. `elbo-check explain NAME` prints one. This page is written by `docs/make_laws.py`.
"""


def page() -> str:
    """Return the page."""
    parts = [HEAD]
    written = {value.name: f"`laws.{name}`" for name, value in vars(laws).items() if isinstance(value, Law)}
    for law in sorted(LAWS, key=lambda law: law.name.lower()):
        conditions = "; ".join(law.conditions) or "none"
        statement = " ".join(law.statement.split())
        parts.append(
            f'<a id="{law.anchor}"></a>\n\n## {prose_markdown(law.name)}\n\n'
            f"{written[law.name]}: {prose_markdown(statement)}\n\n"
            f"*Conditions:* {prose_markdown(conditions)}. *Source:* {prose_markdown(law.source)}.\n"
        )
    return "\n".join(parts)


if __name__ == "__main__":
    (Path(__file__).parent / "laws.md").write_text(page(), encoding="utf-8")
