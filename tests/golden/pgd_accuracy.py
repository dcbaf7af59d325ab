#!/usr/bin/env python3
"""Accuracy of SimpleCNN under PGD in PyTorch float32: the peer of the library's Pgd, on the same weights and images.

    python3 tests/golden/pgd_accuracy.py WEIGHTS.safetensors MNIST_FOLDER [--images 1000] [--epsilon 0.1] [--steps 40] [--seed 1]

Prints JSON: clean and PGD accuracy, fractions. PGD as in Madry et al. 2018: L-inf, cross-entropy, one uniform random start of PyTorch's own,
steps of 2.5 epsilon / steps, clipped to [0, 1].
"""
import argparse
import gzip
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

from read_safetensors import read


def idx(folder, name, header):
    path = os.path.join(folder, name)
    with (open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz", "rb")) as file:
        return np.frombuffer(file.read(), np.uint8)[header:]


class SimpleCnn:
    """The network in inference mode, NHWC weights under Keras's names turned to PyTorch's order."""

    def __init__(self, path):
        self.w = {name: torch.tensor(np.array(value)) for name, value in read(path)[0].items()}

    def norm(self, x, name):
        gamma, beta, mean, variance = (self.w[f"{name}.{part}"] for part in ("gamma", "beta", "moving_mean", "moving_variance"))
        return F.batch_norm(x, mean, variance, gamma, beta, training=False, eps=1e-3)

    def conv(self, x, name):
        # Keras's same padding at stride 2 on an even size: bottom and right only.
        return F.conv2d(F.pad(x, (0, 1, 0, 1)), self.w[name + ".kernel"].permute(3, 2, 0, 1), self.w[name + ".bias"], stride=2)

    def __call__(self, x):
        x = self.norm(F.relu(self.conv(x, "conv2d")), "batch_normalization")
        x = self.norm(F.relu(self.conv(x, "conv2d_1")), "batch_normalization_1")
        x = x.permute(0, 2, 3, 1).reshape(len(x), -1)
        x = self.norm(F.relu(x @ self.w["dense.kernel"] + self.w["dense.bias"]), "batch_normalization_2")
        return x @ self.w["dense_1.kernel"] + self.w["dense_1.bias"]


def pgd(model, images, labels, epsilon, steps):
    points = (images + torch.empty_like(images).uniform_(-epsilon, epsilon)).clamp(0, 1)
    for _ in range(steps):
        points.requires_grad_()
        (gradient,) = torch.autograd.grad(F.cross_entropy(model(points), labels, reduction="sum"), points)
        points = points.detach() + 2.5 * epsilon / steps * gradient.sign()
        points = torch.min(torch.max(points, images - epsilon), images + epsilon).clamp(0, 1)
    return points


def main():
    parser = argparse.ArgumentParser(description="Accuracy of SimpleCNN under PGD in PyTorch.")
    parser.add_argument("weights")
    parser.add_argument("mnist")
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--epsilon", type=float, default=0.1)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    model = SimpleCnn(options.weights)
    images = torch.tensor(idx(options.mnist, "t10k-images-idx3-ubyte", 16).reshape(-1, 1, 28, 28)[:options.images].astype(np.float32) / np.float32(255))
    labels = torch.tensor(idx(options.mnist, "t10k-labels-idx1-ubyte", 8)[:options.images].astype(np.int64))
    clean = attacked = 0
    for start in range(0, options.images, 500):
        some = slice(start, start + 500)
        points = pgd(model, images[some], labels[some], options.epsilon, options.steps)
        with torch.no_grad():
            clean += int((model(images[some]).argmax(1) == labels[some]).sum())
            attacked += int((model(points).argmax(1) == labels[some]).sum())
    print(json.dumps({"clean": clean / options.images, "pgd": attacked / options.images, "images": options.images}))


if __name__ == "__main__":
    main()
