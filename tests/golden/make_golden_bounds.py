#!/usr/bin/env python3
"""Makes the golden fixture of the bounds: interval bounds, CROWN-IBP's linear ones, and a training step on boxes, in float64.

    python3 tests/golden/make_golden_bounds.py            writes bounds.safetensors beside this script
    python3 tests/golden/make_golden_bounds.py --check    computes everything again and compares it with the file instead

Nothing here is written as the engine writes it. Intervals are carried as lower and upper ends, with the positive and the negative part of
each kernel (Gowal et al. 2019); linear bounds go back by autograd through each layer's own forward pass, whose vector-Jacobian product is
what a linear function becomes (Zhang et al. 2020); gradients of the training step are autograd's, through both ends. The network, on 8x7x2
images: Threshold - Conv 5 3x3 stride 2 same - ReLU - BatchNorm - Conv 6 2x2 valid - BatchNorm - ReLU - Flatten - Dense 9 - ReLU - Dense 4.
"""
import sys

import torch
import torch.nn.functional as F

from golden_files import run
from make_golden import EPSILON, batch_norm, conv, glorot, normal, seed, single, uniform

IMAGES, SHAPE, CLASSES, RADIUS, CUT = 6, (8, 7, 2), 4, 0.06, (0.2, 0.8)
SHAPES = {"conv2d.kernel": (3, 3, 2, 5), "conv2d_1.kernel": (2, 2, 5, 6), "dense.kernel": (54, 9), "dense_1.kernel": (9, CLASSES)}
NORMS = {"batch_normalization": 5, "batch_normalization_1": 6}


def make_weights():
    weights = {}
    for name, shape in SHAPES.items():
        weights[name] = glorot(*shape)
        weights[name.replace("kernel", "bias")] = normal(shape[-1], scale=0.2)
    for name, channels in NORMS.items():
        weights[name + ".gamma"] = uniform(0.5, 1.5, channels) * torch.tensor([1.0, -1.0, 1.0] * channels)[:channels]
        weights[name + ".beta"] = normal(channels, scale=0.3)
        weights[name + ".moving_mean"] = normal(channels, scale=0.3)
        weights[name + ".moving_variance"] = uniform(0.2, 1.5, channels)
    return weights


def linear(name, weights):
    """The kernel of a layer as a function of input, kernel and bias."""
    if name == "conv2d":
        return lambda x, w, b: conv(x, w, b, stride=2)
    if name == "conv2d_1":
        return lambda x, w, b: conv(x, w, b, same=False)
    return lambda x, w, b: x.reshape(len(x), -1) @ w + b


def ends(name, weights, lower, upper):
    apply, w, b = linear(name, weights), weights[name + ".kernel"], weights[name + ".bias"]
    zero = torch.zeros_like(b)
    plus, minus = w.clamp(min=0), w.clamp(max=0)
    return apply(lower, plus, b) + apply(upper, minus, zero), apply(upper, plus, b) + apply(lower, minus, zero)


def scale_shift(name, weights, lower, upper, training):
    gamma, beta = weights[name + ".gamma"], weights[name + ".beta"]
    if training:
        middle = (lower + upper) / 2
        axes = tuple(range(middle.dim() - 1))
        mean = middle.mean(axes)
        variance = ((middle - mean) ** 2).mean(axes)
    else:
        mean, variance = weights[name + ".moving_mean"], weights[name + ".moving_variance"]
    scale = gamma / torch.sqrt(variance + EPSILON)
    return scale, beta - mean * scale


def interval(weights, images, radius, training=False):
    """Ends before and behind each layer, to those before the last dense layer."""
    cut = lambda x: ((x - CUT[0]) / (CUT[1] - CUT[0])).clamp(0, 1)
    seen = {}
    lower, upper = cut((images - radius).clamp(min=0)), cut((images + radius).clamp(max=1))
    seen["threshold"] = lower, upper
    for name in ("conv2d", "relu", "batch_normalization", "conv2d_1", "batch_normalization_1", "relu_1", "dense", "relu_2"):
        if name.startswith("relu"):
            seen["before " + name] = lower, upper
            lower, upper = F.relu(lower), F.relu(upper)
        elif name.startswith("batch"):
            scale, shift = scale_shift(name, weights, lower, upper, training)
            one, other = lower * scale + shift, upper * scale + shift
            lower, upper = torch.minimum(one, other), torch.maximum(one, other)
        else:
            lower, upper = ends(name, weights, lower, upper)
    return lower, upper, seen


def margins(weights, lower, upper, labels):
    """Lower bounds of logit y minus logit j, from the differences of the last layer's weights."""
    w, b = weights["dense_1.kernel"], weights["dense_1.bias"]
    rows = []
    for low, high, y in zip(lower, upper, labels):
        d = w[:, y : y + 1] - w
        rows.append(low @ d.clamp(min=0) + high @ d.clamp(max=0) + b[y] - b)
    return torch.stack(rows)


def linear_margins(weights, images, labels):
    """CROWN-IBP: linear lower bounds of the margins, taken back layer by layer."""
    _, _, seen = interval(weights, images, RADIUS)
    w, b = weights["dense_1.kernel"], weights["dense_1.bias"]
    result = torch.zeros(len(images), CLASSES, dtype=torch.float64)
    for n, y in enumerate(labels):
        for j in range(CLASSES):
            a, constant = (w[:, y] - w[:, j]).reshape(1, -1), b[y] - b[j]
            for name in ("relu_2", "dense", "relu_1", "batch_normalization_1", "conv2d_1", "batch_normalization", "relu", "conv2d"):
                if name.startswith("relu"):
                    low, high = (end[n : n + 1] for end in seen["before " + name])
                    a = a.reshape(low.shape)
                    slope = high / (high - low)
                    open_ = (low < 0) & (high > 0)
                    nearer = (high > -low).double()
                    factor = torch.where(low >= 0, 1.0, torch.where(high <= 0, 0.0, torch.where(a >= 0, nearer, slope)))
                    constant = constant - (torch.where(open_ & (a < 0), a * slope * low, torch.zeros_like(a))).sum()
                    a = a * factor
                elif name.startswith("batch"):
                    scale, shift = scale_shift(name, weights, None, None, training=False)
                    constant = constant + (a * shift).sum()
                    a = a * scale
                else:
                    shape = {"dense": (1, 3, 3, 6), "conv2d_1": (1, 4, 4, 5), "conv2d": (1, *SHAPE)}[name]
                    x = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
                    output = linear(name, weights)(x, weights[name + ".kernel"], weights[name + ".bias"])
                    constant = constant + (a.reshape(output.shape) * output).sum().detach()
                    (a,) = torch.autograd.grad((a.reshape(output.shape) * output).sum(), x)
            low, high = (end[n : n + 1] for end in seen["threshold"])
            result[n, j] = constant + (a.clamp(min=0) * low).sum() + (a.clamp(max=0) * high).sum()
    return result


def logits_of_ends(weights, lower, upper):
    w, b = weights["dense_1.kernel"], weights["dense_1.bias"]
    return lower @ w.clamp(min=0) + upper @ w.clamp(max=0) + b, upper @ w.clamp(min=0) + lower @ w.clamp(max=0) + b


def fixture():
    seed(41)
    weights = {name: single(value.numpy()) for name, value in make_weights().items()}
    images = uniform(0, 1, IMAGES, *SHAPE)
    labels = torch.arange(IMAGES) % CLASSES
    lower, upper, _ = interval(weights, images, RADIUS)
    lowest, highest = logits_of_ends(weights, lower, upper)
    by_intervals = margins(weights, lower, upper, labels)
    by_lines = torch.maximum(by_intervals, linear_margins(weights, images, labels))
    leaves = {name: value.clone().requires_grad_("moving" not in name) for name, value in weights.items()}
    low, high, _ = interval(leaves, images, RADIUS, training=True)
    loss = F.cross_entropy(-margins(leaves, low, high, labels), labels)
    trained = [name for name in leaves if "moving" not in name]
    gradients = torch.autograd.grad(loss, [leaves[name] for name in trained])
    return {
        **{f"weights.{name}": value for name, value in weights.items()}, "images": images, "labels": labels,
        "epsilon": torch.tensor(RADIUS),
        "lowest": lowest, "highest": highest, "margins": by_intervals, "linear_margins": by_lines, "loss": loss,
        **{f"gradient.{name}": value for name, value in zip(trained, gradients)},
    }


if __name__ == "__main__":
    sys.exit(run(__file__, "bounds", "bounds.safetensors", fixture))
