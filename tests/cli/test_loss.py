"""`elbo-check loss`: targets, options, exit codes, formats, and clear errors."""

import json
import subprocess
import sys

import pytest

from elbo_check import cli

LOSSES = """
import numpy as np

def each(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)

def kl_loss(mu, logvar):
    return each(mu, logvar).sum(-1)

def one(mu, logvar):
    return each(mu, logvar).sum(0).mean()

def averaged(mu, logvar):
    return each(mu, logvar).mean(-1)

def misnamed(mu, sigma):
    return kl_loss(mu, sigma)

def unknown(a, b):
    return kl_loss(a, b)

def reparameterize(mu, logvar):
    return mu + np.exp(logvar) * np.random.randn(*mu.shape)

def several(mu, logvar):
    return {"other": mu.sum(), "twice": 2 * kl_loss(mu, logvar)}

def eight(mu, logvar):
    assert mu.shape[-1] == 8
    return kl_loss(mu, logvar)

def of_two(mu, logvar):
    return (np.log(2) - logvar / 2 + (np.exp(logvar) + (mu - 1) ** 2) / 8 - 0.5).sum(-1)

def raises(mu, logvar):
    raise ValueError("no <such> thing")

def endless(mu, logvar):
    while True:
        pass

class Model:
    def loss(self, mu, logvar):
        return kl_loss(mu, logvar)

print("imported")

def make():
    return kl_loss

def text():
    print("to be read by nobody")
    return kl_loss

def unnamed(*both):
    return kl_loss(*both)

def loud():
    import os, sys
    os.system("echo past Python")
    os.write(1, b"and past its streams\\n")
    print("and late", file=sys.__stdout__)
    return kl_loss
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "losses.py"
    path.write_text(LOSSES, encoding="utf-8")
    return path


@pytest.fixture
def run(capsys, file):
    def ran(function, *arguments):
        code = cli.main(
            ["loss", f"{file}:{function}", "--seed", "3", *(str(each).replace("FILE", str(file)) for each in arguments)]
        )
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return ran


@pytest.mark.parametrize(
    ("function", "arguments", "code", "said"),
    [
        ("kl_loss", [], 0, "CONSISTENT"),
        ("kl_loss", ["--roles", "mean,log_variance"], 0, "one value a sample"),
        ("kl_loss", ["--roles", "logvar=log_variance, mu=mean"], 0, "CONSISTENT"),
        ("averaged", [], 1, "mean-over-latent"),
        ("misnamed", [], 3, "equal, if sigma holds log σ²"),
        ("misnamed", ["--roles", "mean,std"], 1, "sigma-as-logvar"),
        ("unknown", ["--roles", "mean,log_variance"], 0, "CONSISTENT"),
        ("several", ["--output-name", "twice"], 1, "doubled"),
        ("eight", ["--size", "d=8"], 0, "it was read at d = 8 only"),
        ("of_two", ["--prior", "1,2"], 0, "N(1, 2² I)"),
        ("of_two", [], 3, "--prior 1,2"),
        ("Model.loss", ["--factory", "FILE:Model"], 0, "CONSISTENT"),
        ("make", ["--factory"], 0, "CONSISTENT"),
        ("text", ["--factory"], 0, "CONSISTENT"),
        ("kl_loss", ["--sampler", "FILE:reparameterize"], 1, "sampler-kl-disagree"),
        ("reparameterize", [], 3, "equal, if logvar holds log σ;"),
        ("kl_loss", ["--quantity", "gaussian-kl", "--beta", "1"], 0, "CONSISTENT"),
        ("unnamed", ["--parameters", "mu, logvar"], 0, "unnamed(mu, logvar) is KL"),
    ],
)
def test_the_exit_code_is_that_of_the_verdict(run, function, arguments, code, said):
    ended, out, err = run(function, *arguments)
    assert (ended, said in " ".join(out.split())) == (code, True), out + err


@pytest.mark.parametrize(
    ("function", "arguments", "said"),
    [
        ("kl_los", [], "kl_loss"),
        ("unknown", [], "say what they hold, as in roles="),
        ("kl_loss", ["--roles", "mean"], "one role an argument"),
        ("kl_loss", ["--roles", "mean,logvar=log_variance"], "all in order or all by name"),
        ("kl_loss", ["--roles", "mean,log_varience"], "did you mean log_variance?"),
        ("unnamed", [], "or --parameters mu,logvar"),
        ("kl_loss", ["--parameters", "mu,log_var"], "arguments that kl_loss takes"),
        ("kl_loss", ["--prior", "1"], "a pair of numbers"),
        ("kl_loss", ["--prior", "0,-1"], "a mean and a standard deviation > 0"),
        ("kl_loss", ["--size", "d"], "as in --size d=8"),
        ("kl_loss", ["--size", "d=eight"], "as in --size d=8"),
        ("kl_loss", ["--size", "z=8"], "an axis and a length"),
        ("kl_loss", ["--size", "d=8", "--size", "d=4"], "d=8 stands before it"),
        ("kl_loss", ["--roles", "mu=mean,mu=std"], "mu=mean stands before it"),
        ("kl_loss", ["--quantity", "gausian"], "leave it out to go by the roles"),
        ("kl_loss", ["--backend", "numpi"], "invalid choice"),
        ("kl_loss", ["--beta", "0"], "as in beta=4"),
        ("several", ["--output-name", "thrice"], "'twice'"),
        ("raises", [], "no <such> thing"),
        ("endless", ["--seconds", "0.3"], "0.3"),
    ],
)
def test_bad_input_exits_with_two_and_says_what_to_do(run, function, arguments, said):
    code, out, err = run(function, *arguments)
    assert code == 2, out
    assert out == ""
    assert said in err


def test_json_is_whole_and_holds_the_mistakes(run):
    code, out, err = run("averaged", "--json")
    assert (code, err) == (1, "imported\n")
    told = json.loads(out)
    assert told["outcome"] == "refuted"
    assert told["factor"] == "1/d"
    assert [mistake["slug"] for mistake in told["mistakes"]] == ["mean-over-latent"]


def test_a_function_that_prints_leaves_json_whole(run):
    assert json.loads(run("text", "--factory", "--json")[1])["relation"] == "equal"


def test_what_is_written_past_python_leaves_json_whole(capfd, file):
    code = cli.main(["loss", f"{file}:loud", "--factory", "--json", "--seed", "1"])
    out, err = capfd.readouterr()
    assert (code, json.loads(out)["relation"]) == (0, "equal")
    assert "past Python\nand past its streams\nand late\n" in err


def test_the_test_is_printed_where_there_is_one_and_else_nothing_but_the_verdict_on_stderr(run):
    code, out, _ = run("averaged", "--test")
    assert code == 1
    assert out.startswith("import numpy as np\n")
    assert "def test_averaged_is_right():" in out
    code, out, err = run("kl_loss", "--test")
    assert (code, out) == (0, "")
    assert err.startswith("imported\nelbo-check: no test, for this is the verdict:\n")
    assert "CONSISTENT  kl_loss(mu, logvar) is" in err


def test_a_file_is_left_as_it_was_where_there_is_no_test_to_write(run, tmp_path):
    kept = tmp_path / "test_kl.py"
    kept.write_text("# mine\n")
    assert run("kl_loss", "--test", "--output", tmp_path / "none.py")[0] == 0
    assert not (tmp_path / "none.py").exists()
    code, out, err = run("kl_loss", "--test", "--output", kept)
    assert (code, out) == (0, "")
    assert "no test, for this is the verdict" in err
    assert kept.read_text() == "# mine\n"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_function_is_said_to_take_batches_or_one_sample(run):
    single = "one", "--roles", "mean,log_variance"
    assert run(*single)[0] == 3
    assert run(*single, "--batches")[0] == 1
    assert run(*single, "--one-sample")[0] == 0
    assert run(*single, "--one-sample", "--batches")[0] == 2


def test_the_verdict_can_be_written_to_a_file(run, tmp_path):
    target = tmp_path / "verdict.json"
    code, out, _ = run("averaged", "--json", "-o", target)
    assert (code, out) == (1, "")
    assert json.loads(target.read_text(encoding="utf-8"))["outcome"] == "refuted"


@pytest.mark.endurance
def test_a_process_ends_with_the_code_too(file):
    asked = [sys.executable, "-m", "elbo_check", "loss", f"{file}:averaged", "--seed", "1"]
    ended = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 1, ended.stderr
    assert "EC012" in ended.stdout
