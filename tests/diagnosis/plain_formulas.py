"""Reads the formulas of the cards as they are printed: plain text in, NumPy out.

Arrays have one axis for each index: samples b, draws or classes k, latents j, pixels i. A sum reaches to the end of its
product, and keeps its axis with length 1.
"""

import re

import numpy as np
from scipy.special import logsumexp

AXES = {"b": 0, "k": 1, "j": 2, "i": 3}
TOKEN = re.compile(r"\s*(Σ_[bkji]|[A-Za-zμσεπρ]+(?:_[a-z]+)?|\d+(?:\.\d+)?|½|²|[()+−·/,])")
FUNCTIONS = {
    "log": np.log,
    "exp": np.exp,
    "abs": np.abs,
    "softplus": lambda x: logsumexp(np.stack(np.broadcast_arrays(0.0, x)), axis=0),
    "sg": lambda x: x,
    "clamp": lambda x: np.clip(x, -2, 2),
}


def tokens(text):
    """Split a formula; what is no token is an error."""
    found, place = [], 0
    text = text.strip()
    while place < len(text):
        hit = TOKEN.match(text, place)
        if hit is None:
            raise ValueError(f"{text!r} has no token at {text[place:]!r}")
        place = hit.end()
        found += split(hit[1])
    return found


def split(word):
    """2d is two factors, and so is πs; a function's name and an indexed letter are one."""
    if re.fullmatch(r"[a-zμσεπρ]{2,}", word) and word not in (*FUNCTIONS, "max"):
        return list(word)
    return [word]


class Reader:
    """Recursive descent: sums, products (juxtaposed, · and /), functions, squares."""

    def __init__(self, text, values, sizes):
        self.left, self.values, self.sizes = tokens(text), values, sizes

    def read(self):
        value = self.sum()
        if self.left:
            raise ValueError(f"left over: {self.left}")
        return value

    def next_is(self, *wanted):
        return bool(self.left) and self.left[0] in wanted

    def sum(self):
        sign = -1.0 if self.next_is("−") and self.left.pop(0) else 1.0
        value = sign * self.product()
        while self.next_is("+", "−"):
            value = value + self.product() if self.left.pop(0) == "+" else value - self.product()
        return value

    def product(self):
        value = self.power()
        while self.left and not self.next_is("+", "−", ")", ","):
            if self.next_is("/"):
                self.left.pop(0)
                value = value / self.power()
            else:
                if self.next_is("·"):
                    self.left.pop(0)
                value = value * self.power()
        return value

    def power(self):
        value = self.atom()
        while self.next_is("²"):
            self.left.pop(0)
            value = value**2
        return value

    def atom(self):
        word = self.left.pop(0)
        if word == "(":
            value = self.sum()
            assert self.left.pop(0) == ")"
            return value
        if word.startswith("Σ"):
            return self.summed(word[-1])
        if word == "max":
            assert self.left.pop(0) == "("
            one = self.sum()
            assert self.left.pop(0) == ","
            two = self.sum()
            assert self.left.pop(0) == ")"
            return np.maximum(one, two)
        if word in FUNCTIONS:  # log σ² is log(σ²), and log(σ)² is the square of a logarithm
            return FUNCTIONS[word](self.atom() if self.next_is("(") else self.power())
        if word == "½":
            return 0.5
        return float(word) if word[0].isdigit() else self.values[word]

    def summed(self, index):
        shape = [1, 1, 1, 1]
        shape[AXES[index]] = self.sizes[index]
        return (self.product() * np.ones(shape)).sum(AXES[index], keepdims=True)


def evaluate(text, values, sizes):
    """Return what a formula of a card gives for `values`; of two formulas, side by side, the last."""
    text = text.rpartition(" beside z_j = ")[2]
    with np.errstate(all="ignore"):
        return Reader(text, values, sizes).read()
