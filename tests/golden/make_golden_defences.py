#!/usr/bin/env python3
"""Makes the golden fixture of the defences: the loss of TRADES (Zhang et al. 2019) and a training step on it, in float64.

    python3 tests/golden/make_golden_defences.py            writes defences.safetensors beside this script
    python3 tests/golden/make_golden_defences.py --check    computes everything again and compares it with the file instead

Network and the rules for fixtures are make_golden.py's. The loss is written with torch's own kl_div and cross_entropy, and its gradient is
autograd's, through the answers to the clean images and to the adversaries. A batch holds the clean images, then the adversaries.
"""
import sys

import torch
import torch.nn.functional as F

import make_golden
from golden_files import run
from make_golden import CLASSES, check_kinks, draw, is_parameter, make_strokes, make_weights, normal, seed, simple_cnn, uniform

PAIRS = 6
KEPT = ("conv2d.kernel", "batch_normalization.gamma", "dense_1.kernel")  # gradients of the others tell nothing more


def trades(logits, labels, beta):
    clean, attacked = logits.chunk(2)
    divergence = F.kl_div(F.log_softmax(attacked, 1), F.softmax(clean, 1), reduction="batchmean")
    return F.cross_entropy(clean, labels) + beta * divergence


def loss_fixture():
    tensors = {}
    labels = torch.tensor(make_golden.random.randint(0, CLASSES, 5))
    for name, scale, beta in (("undecided", 0.3, 1.0), ("decided", 3.0, 6.0), ("saturated", 12.0, 6.0)):
        logits = normal(2 * len(labels), CLASSES, scale=scale).requires_grad_()
        loss = trades(logits, labels, beta)
        (gradient,) = torch.autograd.grad(loss, logits)
        tensors.update({f"{name}.logits": logits, f"{name}.loss": loss, f"{name}.gradient": gradient, f"{name}.beta": torch.tensor(beta)})
    return {"labels": torch.cat([labels, labels]), **tensors}


def step_fixture(weights, strokes):
    labels = torch.arange(PAIRS) % CLASSES
    clean = draw(strokes, labels)
    images = torch.cat([clean, (clean + uniform(-0.2, 0.2, *clean.shape)).clamp(0, 1).float().double()])
    leaves = {name: value.clone().requires_grad_(is_parameter(name)) for name, value in weights.items()}
    logits, _, seen = simple_cnn(leaves, images, training=True)
    check_kinks(seen)
    loss = trades(logits, labels, 6.0)
    gradients = torch.autograd.grad(loss, [leaves[name] for name in KEPT])
    return {"step.images": images, "step.labels": torch.cat([labels, labels]), "step.loss": loss,
            **{f"step.gradient.{name}": value for name, value in zip(KEPT, gradients)}}


def fixture():
    seed(1)
    strokes = make_strokes()
    weights = make_weights(strokes)
    seed(31)
    return {**loss_fixture(), **step_fixture(weights, strokes)}


if __name__ == "__main__":
    sys.exit(run(__file__, "defences", "defences.safetensors", fixture))
