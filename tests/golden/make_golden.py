#!/usr/bin/env python3
"""Makes the golden fixtures: what an independent implementation of the network, in PyTorch, computes from the same numbers.

Regenerate (nothing but PyTorch is needed, on Debian: apt install python3-torch):

    python3 tests/golden/make_golden.py            writes the *.safetensors beside this script
    python3 tests/golden/make_golden.py --check    computes everything again and compares it with the files instead

The files are evidence: a test that fails is answered in the library. Regenerate only when this script was wrong or grew.

How the values come about
- Inputs (weights, images, upstream gradients) are drawn with a fixed seed and rounded to float32, so that both sides start from the
  very same numbers. Images are smooth strokes drawn here, labelled with their stroke's number; no data set is involved.
- Every result is computed in float64 and rounded to float32 once, when it is stored: all of a difference that a test finds
  is the float32 engine's.
- Names and shapes are Keras's: images NHWC, conv kernel [kh, kw, in, out], dense kernel [in, out], Flatten in NHWC order.
- *same* padding is Keras's: total = max((ceil(n / stride) - 1) * stride + kernel - n, 0), half of it, rounded down, before.
- Batch norm: momentum 0.99, epsilon 1e-3. The biased (population) variance normalises, and it is also what moves the moving variance, as
  in Keras 3. tf.keras 2's fused kernel moves it by the unbiased variance, which differs by n / (n - 1) with n = batch x height x width.
- Adam is Keras's: lr_t = lr sqrt(1 - b2^t) / (1 - b1^t); w -= lr_t m / (sqrt(v) + eps). PyTorch puts epsilon elsewhere, so it is
  written out here.
"""
import argparse
import math
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

from golden_files import check, write

HERE = os.path.dirname(os.path.abspath(__file__))
MOMENTUM, EPSILON = 0.99, 1e-3
CLASSES, BATCH, STEPS = 10, 16, 10
TRUSTED = 1e-5  # of an image's largest gradient: above it, the sign of a float32 gradient can be trusted
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
random = None  # see seed()


# --- numbers to start from --------------------------------------------------------------------------------------------

def seed(number):
    """Each fixture has a seed of its own, so that one may grow without moving the others."""
    global random
    random = np.random.RandomState(number)  # whose numbers are frozen for all numpy versions


def single(values):
    """float32 numbers, as float64."""
    return torch.tensor(np.asarray(values, np.float32).astype(np.float64))


def normal(*shape, mean=0.0, scale=1.0):
    return single(mean + scale * random.randn(*shape))


def uniform(low, high, *shape):
    return single(random.uniform(low, high, shape))


def glorot(*shape):
    receptive = int(np.prod(shape[:-2]))
    limit = math.sqrt(6 / (receptive * (shape[-2] + shape[-1])))
    return uniform(-limit, limit, *shape)


def draw(strokes, labels):
    """One 28x28x1 image a label: the class's stroke, shifted and warped a little, black ground, 256 grey levels as in image files."""
    y, x = np.mgrid[0:28, 0:28]
    images = np.zeros((len(labels), 28, 28, 1))
    for image, label in zip(images, labels):
        points = strokes[label] + random.uniform(-2, 2, 2) + random.normal(0, 0.5, strokes[label].shape)
        width = random.uniform(1.1, 1.7)
        distance = np.min([(y - py) ** 2 + (x - px) ** 2 for py, px in points], axis=0)
        ink = 1.4 * np.exp(-distance / (2 * width ** 2))
        image[..., 0] = np.where(ink < 0.1, 0, np.minimum(ink, 1))
    return single(np.round(images * 255).astype(np.float32) / np.float32(255))


def make_strokes():
    """A smooth random walk a class: 40 points around the middle of a 28x28 image."""
    strokes = []
    for _ in range(CLASSES):
        walk = np.cumsum(np.cumsum(random.normal(0, 1, (40, 2)), axis=0), axis=0)
        walk -= (walk.max(axis=0) + walk.min(axis=0)) / 2
        strokes.append(14 + walk * 9 / np.abs(walk).max(axis=0))
    return strokes


# --- the layers -------------------------------------------------------------------------------------------------------

def padding(size, kernel, stride):
    total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def conv(x, kernel, bias, stride=1, same=True):
    """x: [n, h, w, in]; kernel: [k, k, in, out]."""
    x = x.permute(0, 3, 1, 2)
    if same:
        top, bottom = padding(x.shape[2], kernel.shape[0], stride)
        left, right = padding(x.shape[3], kernel.shape[1], stride)
        x = F.pad(x, (left, right, top, bottom))
    return F.conv2d(x, kernel.permute(3, 2, 0, 1), bias, stride).permute(0, 2, 3, 1)


def max_pool(x, size, stride):
    return F.max_pool2d(x.permute(0, 3, 1, 2), size, stride).permute(0, 2, 3, 1)


def batch_norm(x, gamma, beta, moving_mean, moving_variance, training):
    """Normalises over all axes but the last. Returns the output and the new moving statistics."""
    if not training:
        return gamma * (x - moving_mean) / torch.sqrt(moving_variance + EPSILON) + beta, moving_mean, moving_variance
    axes = tuple(range(x.dim() - 1))
    mean = x.mean(axes)
    variance = ((x - mean) ** 2).mean(axes)
    output = gamma * (x - mean) / torch.sqrt(variance + EPSILON) + beta
    return (output, MOMENTUM * moving_mean + (1 - MOMENTUM) * mean.detach(),
            MOMENTUM * moving_variance + (1 - MOMENTUM) * variance.detach())


SHAPES = {
    "conv2d.kernel": (3, 3, 1, 32), "conv2d.bias": (32,), "batch_normalization": (32,),
    "conv2d_1.kernel": (3, 3, 32, 64), "conv2d_1.bias": (64,), "batch_normalization_1": (64,),
    "dense.kernel": (3136, 128), "dense.bias": (128,), "batch_normalization_2": (128,),
    "dense_1.kernel": (128, CLASSES), "dense_1.bias": (CLASSES,),
}


def make_weights(strokes):
    """Glorot uniform kernels; biases and batch norm away from their initial values, so that a mix-up shows."""
    weights = {}
    for name, shape in SHAPES.items():
        if name.endswith("kernel"):
            weights[name] = glorot(*shape)
        elif name.endswith("bias"):
            weights[name] = normal(*shape, scale=0.1)
        else:
            weights[name + ".gamma"] = uniform(0.7, 1.3, *shape)
            weights[name + ".beta"] = normal(*shape, scale=0.2)
            weights[name + ".moving_mean"] = torch.zeros(shape)
            weights[name + ".moving_variance"] = torch.zeros(shape)

    # Moving statistics near those of real activations, else the untrained network takes every image for the same class.
    _, moved, _ = simple_cnn(weights, draw(strokes, np.arange(50) % CLASSES), training=True)
    for name in moved:
        weights[name] = single(moved[name] / (1 - MOMENTUM) * random.uniform(0.8, 1.25, moved[name].shape))
    return weights


def simple_cnn(weights, images, training=False):
    """SimpleCNN without dropout. Returns logits, the new moving statistics, and what the ReLUs saw."""
    moved, seen = {}, []

    def relu(x):
        seen.append(x.detach())
        return F.relu(x)

    def norm(x, name):
        keys = [f"{name}.{part}" for part in ("gamma", "beta", "moving_mean", "moving_variance")]
        x, moved[keys[2]], moved[keys[3]] = batch_norm(x, *(weights[key] for key in keys), training)
        return x

    x = relu(conv(images, weights["conv2d.kernel"], weights["conv2d.bias"], stride=2))
    x = norm(x, "batch_normalization")
    x = relu(conv(x, weights["conv2d_1.kernel"], weights["conv2d_1.bias"], stride=2))
    x = norm(x, "batch_normalization_1").reshape(len(images), -1)
    x = relu(x @ weights["dense.kernel"] + weights["dense.bias"])
    x = norm(x, "batch_normalization_2")
    return x @ weights["dense_1.kernel"] + weights["dense_1.bias"], moved, seen


# --- losses, one value an image ---------------------------------------------------------------------------------------

def cross_entropy(logits, labels):
    return torch.logsumexp(logits, 1) - logits.gather(1, labels[:, None])[:, 0]


def mean_squared_error(logits, labels):
    return ((torch.softmax(logits, 1) - F.one_hot(labels, logits.shape[1])) ** 2).mean(1)


def input_gradient(weights, images, labels, loss):
    images = images.clone().requires_grad_()
    logits, _, seen = simple_cnn(weights, images)
    check_kinks(seen)
    losses = loss(logits, labels)
    (gradient,) = torch.autograd.grad(losses.sum(), images)
    return losses.detach(), gradient, logits.detach()


def check_kinks(seen):
    """No ReLU input may lie so near 0 that float32 could put it on the other side, where the gradient is another."""
    nearest = min(float(x.abs().min() / x.abs().max()) for x in seen)
    assert nearest > 3e-7, f"a ReLU input is {nearest:.1e} of the largest: take another seed"


def trusted(gradient):
    size = gradient.abs()
    return (size > TRUSTED * size.amax((1, 2, 3), keepdim=True)).double()


# --- fixtures ---------------------------------------------------------------------------------------------------------

def inference_fixture(weights, strokes):
    labels = torch.tensor([3, 1, 4, 0, 5, 9, 2, 6])
    images = draw(strokes, labels)
    targets = (labels + 3) % CLASSES
    ce, ce_gradient, logits = input_gradient(weights, images, labels, cross_entropy)
    mse, mse_gradient, _ = input_gradient(weights, images, labels, mean_squared_error)
    _, target_gradient, _ = input_gradient(weights, images, targets, cross_entropy)
    epsilon = float(np.float32(0.1))
    return {
        "images": images, "labels": labels, "targets": targets, "logits": logits, "probabilities": torch.softmax(logits, 1),
        "cross_entropy.losses": ce, "cross_entropy.mean": ce.mean(), "cross_entropy.gradient": ce_gradient,
        "mse.losses": mse, "mse.mean": mse.mean(), "mse.gradient": mse_gradient,
        "fgsm.tutorial.images": images + epsilon * mse_gradient.sign(), "fgsm.tutorial.trusted": trusted(mse_gradient),
        "fgsm.clipped.images": (images + epsilon * ce_gradient.sign()).clamp(0, 1), "fgsm.clipped.trusted": trusted(ce_gradient),
        "fgsm.targeted.images": (images - epsilon * target_gradient.sign()).clamp(0, 1),
        "fgsm.targeted.trusted": trusted(target_gradient),
    }


def is_parameter(name):
    return "moving" not in name


def training_step(weights, images, labels):
    """Mean loss, gradients of all parameters, and the weights with moved statistics."""
    leaves = {name: value.clone().requires_grad_(is_parameter(name)) for name, value in weights.items()}
    logits, moved, seen = simple_cnn(leaves, images, training=True)
    loss = cross_entropy(logits, labels).mean()
    names = [name for name in weights if is_parameter(name)]
    gradients = dict(zip(names, torch.autograd.grad(loss, [leaves[name] for name in names])))
    return float(loss), gradients, {**weights, **moved}, seen, int((logits.argmax(1) == labels).sum())


def adam_step(weights, gradients, state, rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-7):
    state["t"] = t = state.get("t", 0) + 1
    corrected = rate * math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t)
    weights = dict(weights)
    for name, g in gradients.items():
        m, v = state.get(name, (0, 0))
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        state[name] = m, v
        weights[name] = weights[name] - corrected * m / (torch.sqrt(v) + epsilon)
    return weights


def sgd_step(weights, gradients, rate=0.01):
    return {**weights, **{name: weights[name] - rate * g for name, g in gradients.items()}}


def training_losses(weights, images, labels, optimizer, steps, dtype=torch.float64):
    """The losses of some steps, and the inference logits of the first batch with what weights and statistics have become."""
    current, state, losses = {name: value.to(dtype) for name, value in weights.items()}, {}, []
    for step in range(steps):
        loss, gradients, current, *_ = training_step(current, images[step].to(dtype), labels[step])
        losses.append(loss)
        current = adam_step(current, gradients, state) if optimizer == "adam" else sgd_step(current, gradients)
    return torch.tensor(losses), simple_cnn(current, images[0].to(dtype))[0].double()


def training_fixture(weights, strokes):
    labels = torch.tensor(np.stack([random.permutation(np.arange(BATCH) % CLASSES) for _ in range(STEPS)]))
    images = torch.stack([draw(strokes, batch) for batch in labels])
    loss, gradients, moved, seen, correct = training_step(weights, images[0], labels[0])
    check_kinks(seen)
    tensors = {"images": images, "labels": labels, "loss": loss, "correct": correct}
    tensors.update({"gradient." + name: value for name, value in gradients.items()})
    tensors.update({"after." + name: value for name, value in moved.items() if not is_parameter(name)})

    for optimizer, steps in (("adam", STEPS), ("sgd", 3)):
        losses, logits = training_losses(weights, images, labels, optimizer, steps)
        tensors[optimizer + ".losses"] = losses
        # Adam makes a step out of the rounding noise of a gradient that should be 0: the draw must be one where that stays small.
        rough, _ = training_losses(weights, images, labels, optimizer, steps, torch.float32)
        noise = float(((rough - losses).abs() / losses).max())
        assert noise < 1e-5, f"{optimizer} in float32 differs by {noise:.1e} of a loss: take another seed"
    tensors["sgd.logits"] = logits
    return tensors


def optimizer_fixture():
    """A dense layer whose gradients are of the size of Adam's epsilon, where it matters which side of a root epsilon stands on."""
    kernel, bias = glorot(6, 4), normal(4, scale=0.1)
    images, labels = uniform(0, 1e-5, 4, 1, 1, 6), torch.tensor([0, 3, 1, 2])
    tensors = {"dense.kernel": kernel, "dense.bias": bias, "images": images, "labels": labels}
    weights, state = {"dense.kernel": kernel, "dense.bias": bias}, {}
    for step in range(1, 5):
        leaves = {name: value.clone().requires_grad_() for name, value in weights.items()}
        loss = cross_entropy(images.reshape(4, 6) @ leaves["dense.kernel"] + leaves["dense.bias"], labels).mean()
        gradients = dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values()))))
        weights = adam_step(weights, gradients, state)
        tensors.update({f"adam.{step}.{name}": value for name, value in weights.items()})
    return tensors


def losses_fixture():
    """The losses alone, from undecided to saturated logits."""
    logits = single(np.concatenate([random.randn(3, CLASSES) * scale for scale in (0.1, 1, 3, 6, 10)]))
    labels = torch.tensor(random.randint(0, CLASSES, len(logits)))
    labels[::2] = logits[::2].argmax(1)  # every other row right
    tensors = {"logits": logits, "labels": labels}
    for name, loss in (("cross_entropy", cross_entropy), ("mse", mean_squared_error)):
        leaf = logits.clone().requires_grad_()
        losses = loss(leaf, labels)
        tensors[name + ".losses"] = losses
        (tensors[name + ".gradient"],) = torch.autograd.grad(losses.sum(), leaf)
    return tensors


CONVOLUTIONS = [  # kernel, stride, same, height, width, in, out
    (3, 2, True, 28, 28, 1, 32), (3, 2, True, 14, 14, 5, 6), (3, 1, True, 7, 9, 3, 5), (3, 1, False, 8, 6, 2, 7), (3, 2, False, 9, 12, 3, 4),
    (1, 1, True, 5, 4, 3, 8), (1, 2, True, 6, 7, 4, 3), (1, 3, False, 7, 8, 2, 3), (5, 1, True, 9, 6, 2, 5), (5, 2, True, 10, 13, 3, 17),
    (5, 1, False, 9, 8, 1, 3), (5, 3, True, 11, 16, 3, 4), (3, 3, False, 10, 11, 7, 9), (2, 2, True, 7, 6, 3, 3), (4, 3, True, 8, 10, 2, 5),
    (5, 1, True, 3, 2, 2, 3),
]
POOLS = [(2, 2, 8, 6, 3), (2, 2, 7, 5, 4), (3, 3, 9, 11, 2), (3, 2, 9, 8, 5), (2, 1, 4, 5, 3), (3, 1, 5, 5, 1)]  # size, stride, height, width, channels


def differentiate(tensors, case, output, leaves):
    """Stores the output, a random gradient from above, and what it becomes at each leaf."""
    upstream = normal(*output.shape)
    tensors.update({f"{case}.output": output, f"{case}.upstream": upstream})
    gradients = torch.autograd.grad(output, list(leaves.values()), upstream)
    tensors.update({f"{case}.gradient.{name}": value for name, value in zip(leaves, gradients)})


def layers_fixture():
    tensors, n = {}, 3
    for i, (k, stride, same, h, w, cin, cout) in enumerate(CONVOLUTIONS):
        leaves = {"input": normal(n, h, w, cin), "kernel": glorot(k, k, cin, cout), "bias": normal(cout, scale=0.5)}
        tensors[f"conv.{i}.settings"] = np.array([k, stride, same])
        tensors.update({f"conv.{i}.{name}": leaf.requires_grad_() for name, leaf in leaves.items()})
        differentiate(tensors, f"conv.{i}", conv(*leaves.values(), stride, same), leaves)
    for i, (size, stride, h, w, c) in enumerate(POOLS):
        leaves = {"input": normal(n, h, w, c).requires_grad_()}
        tensors.update({f"pool.{i}.settings": np.array([size, stride]), f"pool.{i}.input": leaves["input"]})
        differentiate(tensors, f"pool.{i}", max_pool(leaves["input"], size, stride), leaves)
    for i, (units_in, units_out) in enumerate([(7, 5), (33, 19), (1, 4), (16, 16)]):
        leaves = {"input": normal(n, 1, 1, units_in), "kernel": glorot(units_in, units_out), "bias": normal(units_out, scale=0.5)}
        tensors.update({f"dense.{i}.{name}": leaf.requires_grad_() for name, leaf in leaves.items()})
        differentiate(tensors, f"dense.{i}", leaves["input"] @ leaves["kernel"] + leaves["bias"], leaves)
    for i, (h, w, c) in enumerate([(5, 4, 3), (1, 1, 11), (3, 3, 17)]):
        leaves = {"input": normal(n, h, w, c, mean=0.5, scale=2), "gamma": uniform(0.5, 1.5, c), "beta": normal(c)}
        statistics = {"moving_mean": normal(c), "moving_variance": uniform(0.5, 4, c)}
        tensors.update({f"norm.{i}.{name}": leaf.requires_grad_() for name, leaf in leaves.items()})
        tensors.update({f"norm.{i}.{name}": value for name, value in statistics.items()})
        output, _, _ = batch_norm(*leaves.values(), *statistics.values(), training=False)
        differentiate(tensors, f"norm.{i}.inference", output, leaves)
        output, mean, variance = batch_norm(*leaves.values(), *statistics.values(), training=True)
        differentiate(tensors, f"norm.{i}.training", output, leaves)
        tensors.update({f"norm.{i}.training.moving_mean": mean, f"norm.{i}.training.moving_variance": variance})
    return tensors


def format_fixture():
    """Not golden values but the format itself: a scalar, an empty tensor, a name beyond ASCII, the smallest and largest numbers."""
    return {"scalar": np.float32(2.5), "empty": np.zeros((0, 3)), "größe": np.arange(6).reshape(1, 2, 3) - 2.5,
            "limits": np.array([np.finfo(np.float32).max, np.finfo(np.float32).tiny, -0.0])}


def main():
    parser = argparse.ArgumentParser(description="Makes the golden fixtures of AdvLib's tests.")
    parser.add_argument("--check", action="store_true", help="compare with the files instead of writing them")
    checking = parser.parse_args().check
    seed(1)
    strokes = make_strokes()
    weights = make_weights(strokes)
    makers = {
        "simplecnn_weights": (1, lambda: weights),
        "simplecnn_inference": (2, lambda: inference_fixture(weights, strokes)),
        "simplecnn_training": (22, lambda: training_fixture(weights, strokes)),
        "optimizer": (4, optimizer_fixture),
        "losses": (5, losses_fixture),
        "layers": (6, layers_fixture),
        "python": (7, format_fixture),
    }
    fixtures = {}
    for name, (number, make) in makers.items():
        seed(number)
        fixtures[name] = make()
    paths = {os.path.join(HERE, name + ".safetensors"): tensors for name, tensors in fixtures.items()}
    if checking:
        return 0 if all([check(path, tensors) for path, tensors in paths.items()]) else 1
    for path, tensors in paths.items():
        write(path, tensors, {"made_by": "tests/golden/make_golden.py"})
        print(f"{os.path.basename(path)}: {len(tensors)} tensors, {os.path.getsize(path)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
