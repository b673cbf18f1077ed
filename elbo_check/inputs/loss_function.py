"""A user's function as a guarded black box: arrays go in, an `Answer` comes out, and nothing else gets out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, LossFunctionError, described
from .backends import Backend, Learned, NoGradientError, backend_named
from .building import called_as, how_built, name_of
from .call_plan import CallPlan, call_plan, require_floats
from .drawing import RejectedDrawsError, drawing
from .failures import called, changed_in_place, is_about_dtype, no_gradient, not_finite, plain, raised
from .guarding import Streams, TimeUpError, within
from .holdings import Holdings
from .loss_options import seconds_of
from .masks import with_masks_filled
from .output_sums import Sum
from .outputs import Answer, access, pieces, read_answer
from .refusals import Refusals
from .repeating import differ_in

__all__ = ["Answer", "LossFunction"]

T = TypeVar("T")


class LossFunction:
    """A function of the user's, called with arrays of NumPy whatever it computes with.

    `name` is its own; `parameters` are the arguments that it must be given, in order, and `optional` those with
    defaults; `own_noise` is the name of an argument that it has not, but draws ("" for none), the same at every call if
    it `repeats`; `added` says of which outputs it is the sum; `first` is the first question with its answer, and
    `refusals` hold others; `holds` tells of the numbers and arrays in it; `backend` says whose tensors it gets, `dtype`
    that it takes float64, or float32 alone. Every call gets fresh copies, on the CPU, and at most `seconds`.

    What it prints goes to stderr and what it warns of is dropped; the dtype, the gradient mode and the random streams
    of torch, NumPy and Python are left as they were, and it draws from streams of its own, which start the same.

    >>> kl = LossFunction.of(lambda mu, logvar: 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1))
    >>> kl.parameters, kl({"mu": np.array([[1.0, 0.0]]), "logvar": np.zeros((1, 2))}).outputs[""]
    (('mu', 'logvar'), array([0.5]))

    Every failure is a `LossFunctionError` whose `kind` says which; wrong names of arguments are an `InputError`.
    """

    def __init__(self, fn: Callable[..., Any], name: str, plan: CallPlan, backend: Backend, seconds: float) -> None:
        self.name, self.seconds, self.dtype = name, seconds, "float64"
        self.backend, self.parameters, self.optional = backend.name, plan.required, plan.optional
        self.own_noise, self.repeats, self.added = "", False, Sum()
        self.first: tuple[Mapping[str, Any], Answer] | None = None
        self.called, self.built = called_as(fn), how_built(fn)  # its names; what is imported, and how it comes of that
        self._fn, self._plan, self._backend = fn, plan, backend
        self.holds = Holdings(fn, backend.array)
        self._calls = backend.caller(fn, fn)
        self._streams, self.refusals = Streams(), Refusals()
        self.quiet = self._streams.quiet  # a block about many calls, each of which is quiet by itself too
        self._leaf = cache(lambda output: lambda chosen: pieces(self._asked(chosen))[output])  # compiled once
        self._settled, self._gives_noise = False, False

    @classmethod
    def of(
        cls, fn: Any, *, backend: str = "numpy", seconds: float = 10.0, parameters: Sequence[str] | None = None
    ) -> LossFunction:
        """Return a function as a black box; `parameters` names the arguments of one whose signature does not.

        Raises `InputError` for what cannot be called with arrays, and for a backend that is not installed.
        """
        name = name_of(fn)
        if not callable(fn) or issubclass(type(fn), type):
            shown = f"the class {name}" if issubclass(type(fn), type) else f"a value of type {type(fn).__name__}"
            raise InputError("fn", described(shown), "a function that takes arrays", "pass the function itself")
        return cls(fn, name, call_plan(fn, name, parameters), backend_named(backend), seconds_of(seconds))

    def with_own_noise(self, name: str, *, given: bool = True) -> LossFunction:
        """Return the function with the noise that it draws from a standard normal as an argument of this name.

        A call raises `LossFunctionError` of kind draws, or `RejectedDrawsError`, unless there is one draw of this size.
        Without `given` it goes on drawing, whatever the argument holds.
        """
        return self._again(name, given, self.added)

    def adding(self, outputs: Sum) -> LossFunction:
        """Return the function with a sum of some of its outputs as its only one, named by them: `0 + 1`."""
        return self._again(self.own_noise, self._gives_noise, outputs)

    def filled(self, ones: Mapping[str, bool]) -> tuple[Mapping[str, tuple[int, ...]], LossFunction]:
        """Return the shapes of masks that it has as defaults or bound, and itself with ones for these, or zeros."""
        masks, fn = with_masks_filled(self._fn, self._plan, ones, self._backend.array)
        function = LossFunction(fn, self.name, self._plan, self._backend, self.seconds)
        function.refusals.changes = self.refusals.changes
        return masks, function._again(self.own_noise, self._gives_noise, self.added)

    def _again(self, own_noise: str, given: bool, added: Sum) -> LossFunction:
        function = LossFunction(self._fn, self.name, self._plan, self._backend, self.seconds)
        function.own_noise, function._gives_noise = own_noise, given
        function._calls = self._calls  # compiled, perhaps
        if given != self._gives_noise:
            asked = drawing(self._fn, self.name, self._backend) if given else self._fn
            function._calls = self._backend.caller(asked, self._fn)
        function.added, function.refusals = added, self.refusals
        return function

    def __call__(self, arguments: Mapping[str, Any]) -> Answer:
        """Return the answer to arrays by argument name; plain numbers, flags and text go in as they are."""
        self._plan.check({name: value for name, value in arguments.items() if name != self.own_noise}, self.name)
        answer = self._in_widest_dtype(lambda t: self._guarded(arguments, t, lambda: self._answer(arguments, t)))
        self.first = self.first or (dict(arguments), answer)
        return answer

    def checked(self, arguments: Mapping[str, Any]) -> Answer:
        """Return the answer if it is finite and comes again (kinds not-finite and random otherwise)."""
        answer = self(arguments)
        not_finite(self._call(arguments), answer.outputs)
        if differ_in(answer, self(arguments), None):
            happened = f"{self._call(arguments)} returned different values when it was called again"
            raise LossFunctionError("random", happened, "let it take its noise as an argument, or seed it inside")
        return answer

    def access(self, arguments: Mapping[str, Any], output: str, called: str) -> str:
        """Return a call by a name and how an output is got at in it: `f(x)['losses']['kl']`, `f(x).kl`, `f(x)` itself.

        A sum of outputs is in brackets, `(f(x)[0] + f(x)[1])`.
        """
        call = f"{called}({self._plan.written(arguments)})"
        if not output:
            return call
        returned = self._guarded(arguments, self.dtype, lambda: self._returned(self._tensors(arguments, self.dtype)))
        return f"({self.added.written(call, returned)})" if self.added else f"{call}{access(returned, output)}"

    def is_random(self, arguments: Mapping[str, Any], output: str | None = None) -> bool:
        """Whether two calls with the same arguments differ by more than rounding, in an output or in any."""
        return differ_in(self(arguments), self(arguments), output)

    def drawn_from(self, arguments: Mapping[str, Any]) -> tuple[str, ...]:
        """Return what a call draws from: operations of the backend, and the global streams; () if it has its own."""
        before, names = self._streams.places(), list[str]()

        def work() -> None:
            with self._backend.watched() as operations:
                self._asked(self._tensors(arguments, self.dtype))
            names.extend(operations)

        self._guarded(arguments, self.dtype, work)
        return (*dict.fromkeys(names), *self._streams.moved_since(before))

    def gradient(
        self, arguments: Mapping[str, Any], output: str, wrt: Sequence[str], *, answers: bool = False
    ) -> Mapping[str, NDArray[np.float64]] | None:
        """Return d(sum of an output)/d(argument) by the backend's own differentiation; None where it has none.

        `answers` saves the call that tells a function that raises from one that has no gradient.
        An argument that the output does not depend on (a detached one, too) has gradient 0. Raises `LossFunctionError`
        of kind no-gradient if nothing in the output can be differentiated.
        """
        if output not in (outputs := {output: None} if answers else self(arguments).outputs):
            raise InputError("output", output, f"one of {', '.join(map(repr, outputs))}", "name one of these")
        require_floats(arguments, wrt)
        try:
            return self._guarded(arguments, self.dtype, lambda: self._derivatives(arguments, output, wrt))
        except LossFunctionError as error:
            if error.kind == "too-slow":
                raise
            raise no_gradient(self._call(arguments), error.happened) from error

    def learned(self, arguments: Mapping[str, Any], output: str) -> Learned | None:
        """Return what training changes beside the arguments, as parameters, if an output depends on it."""
        return self._with_graph(arguments, output, self._backend.learned)

    def slope(self, arguments: Mapping[str, Any], output: str, learned: Learned, along: tuple[float, float]) -> float:
        """Return how the sum of an output moves `along` all that is learned, by the backend itself."""
        return self._with_graph(arguments, output, lambda returned: learned.slope(returned, *along))

    def _with_graph(self, arguments: Mapping[str, Any], output: str, read: Callable[[Any], T]) -> T:
        tensors = self._tensors(arguments, self.dtype)
        return self._guarded(arguments, self.dtype, lambda: read(self._leaf(output)(tensors)))

    def _answer(self, arguments: Mapping[str, Any], dtype: str) -> Answer:
        tensors, call = self._tensors(arguments, dtype), self._call(arguments)
        answer = read_answer(self._asked(tensors), self._backend.array, call)
        for name, value in arguments.items():
            if isinstance(value, np.ndarray):
                given = value if value.dtype == dtype else self._backend.array(self._backend.tensor(value, dtype))
                changed_in_place(call, name, given, self._backend.array(tensors[name]))
        return answer

    def _derivatives(
        self, arguments: Mapping[str, Any], output: str, wrt: Sequence[str]
    ) -> Mapping[str, NDArray[np.float64]] | None:
        found = self._backend.gradient(self._leaf(output), self._tensors(arguments, self.dtype, wrt), wrt)
        return None if found is None else {name: np.array(value, dtype=np.float64) for name, value in found.items()}

    def _tensors(self, arguments: Mapping[str, Any], dtype: str, wrt: Sequence[str] = ()) -> dict[str, Any]:
        return {
            name: self._backend.tensor(value, dtype, name in wrt) if isinstance(value, np.ndarray) else plain(value)
            for name, value in arguments.items()
        }

    def _asked(self, tensors: Mapping[str, Any]) -> Any:
        return self.added.of(self._returned(tensors), self.name)

    def _returned(self, tensors: Mapping[str, Any]) -> Any:
        args, by_name = self._plan.bind({name: value for name, value in tensors.items() if name != self.own_noise})
        noise = [tensors[self.own_noise]] if self._gives_noise else []
        return self._calls(*noise, *args, **by_name)

    def _guarded(self, arguments: Mapping[str, Any], dtype: str, work: Callable[[], T]) -> T:
        def inside() -> T:
            with self._backend.guard(dtype):
                return work()

        try:
            with self._streams.quiet():
                return within(self.seconds, inside)
        except TimeUpError:
            happened = f"{self._call(arguments)} had not returned after {self.seconds:g} s"
            raise LossFunctionError("too-slow", happened, "raise the limit with seconds=, or let it do less") from None
        except (LossFunctionError, RejectedDrawsError, KeyboardInterrupt) as error:
            self.refusals.note(error)
            raise
        except NoGradientError as error:
            raise no_gradient(self._call(arguments), str(error)) from error
        except BaseException as error:
            raise raised(self._call(arguments), error, self._backend.name) from error

    def _in_widest_dtype(self, ask: Callable[[str], Answer]) -> Answer:
        """Answer in float64; if that is the first question and float64 fails, in float32 from then on."""
        if self._settled:
            return ask(self.dtype)
        try:
            answer = ask("float64")
        except LossFunctionError as wide:
            if wide.kind not in ("raises", "shape") or self.refusals.is_in_vain(wide):
                raise
            try:
                answer = ask("float32")
            except LossFunctionError as narrow:
                self.refusals.add_narrower(wide, narrow)
                told = wide if is_about_dtype(narrow) else narrow
                raise told from told.__cause__
            self.dtype = "float32"
        self._settled = True
        return answer

    def _call(self, arguments: Mapping[str, Any]) -> str:
        return called(self.name, arguments)
