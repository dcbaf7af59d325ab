#!/usr/bin/env python3
"""Makes the golden fixture of the iterated attacks: PGD, APGD and Square, written here from their papers, in float64.

    python3 tests/golden/make_golden_attacks.py            writes attacks.safetensors beside this script
    python3 tests/golden/make_golden_attacks.py --check    computes everything again and compares it with the file instead

Network, images and the rules for fixtures are make_golden.py's. Labels are what the network sees in the clean images, so that all stand.

- Random numbers are the library's: xoshiro256** seeded through SplitMix64 by the attack's seed and an FNV-1a fingerprint of the image, so
  that both sides start at the same point and draw the same squares. Start points are computed in float32, everything after in float64.
- PGD: Madry et al. 2018. L-inf: step times sign; L2: step along the gradient of length 1. Each step is projected onto the ball, then
  clipped to [0, 1].
- APGD: Croce and Hein 2020, algorithm 1: momentum alpha 0.75, first step 2 eps, checkpoints p_0 = 0, p_1 = 0.22,
  p_(j+1) = p_j + max(p_j - p_(j-1) - 0.03, 0.06), rho 0.75. What counts as result: an image's first misclassified point, else the one of
  the largest margin.
- Square: Andriushchenko et al. 2020, L-inf, margin loss, with the schedule of 10,000 queries scaled to the number of queries.
"""
import os
import sys

import numpy as np
import torch

from golden_files import run
from make_golden import HERE, cross_entropy, simple_cnn
from read_safetensors import read

MASK = (1 << 64) - 1
SEED = 42
ATTACK = 7  # the purpose's number


# --- the library's random numbers --------------------------------------------------------------------------------------

class Xoshiro:
    def __init__(self, seed):
        def mix(state):
            state = (state + 0x9E3779B97F4A7C15) & MASK
            z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
            return state, z ^ (z >> 31)

        state = (mix(seed)[1] + ATTACK) & MASK
        self.s = []
        for _ in range(4):
            state, word = mix(state)
            self.s.append(word)

    def bits(self):
        def rotate(x, k):
            return ((x << k) | (x >> (64 - k))) & MASK

        s = self.s
        result = (rotate((s[1] * 5) & MASK, 7) * 9) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 45)
        return result

    def single(self):
        return np.float32(self.bits() >> 40) * np.float32(2 ** -24)

    def integer(self, bound):
        product = (self.bits() >> 32) * bound
        while (product & 0xFFFFFFFF) < (-bound % 2 ** 32) % bound:
            product = (self.bits() >> 32) * bound
        return product >> 32

    def sign(self):
        return 1.0 if self.bits() >> 63 == 0 else -1.0


def generator(image):
    fingerprint = 0xCBF29CE484222325
    for word in image.numpy().astype("<f4").view("<u4").ravel():
        fingerprint = ((fingerprint ^ int(word)) * 0x100000001B3) & MASK
    return Xoshiro(SEED ^ fingerprint)


def start(image, norm, epsilon):
    """A uniform draw from the ball, in float32, clipped."""
    rng, size = generator(image), image.numel()
    if norm == "linf":
        low, high = np.float32(-epsilon), np.float32(epsilon)
        change = np.array([low + (high - low) * rng.single() for _ in range(size)], np.float32)
    else:
        normal = [np.sqrt(-2 * np.log(1 - float(rng.single()))) * np.cos(2 * np.pi * float(rng.single())) for _ in range(size)]
        normal = np.array(normal).astype(np.float32).astype(np.float64)
        radius = epsilon * float(rng.single()) ** (1 / size)
        change = (normal * (radius / np.sqrt((normal ** 2).sum()))).astype(np.float32)
    point = image + torch.tensor(change.astype(np.float64)).reshape(image.shape)
    return project(point[None], image[None], norm, epsilon)[0]


# --- steps ------------------------------------------------------------------------------------------------------------

def length(x):
    return (x ** 2).sum((1, 2, 3), keepdim=True).sqrt()


def project(points, images, norm, epsilon):
    change = points - images
    change = change.clamp(-epsilon, epsilon) if norm == "linf" else change * torch.clamp(epsilon / length(change).clamp_min(1e-30), max=1)
    return (images + change).clamp(0, 1)


def direction(gradient, norm):
    return gradient.sign() if norm == "linf" else gradient / length(gradient)


def dlr(logits, labels):
    order = logits.sort(1, descending=True)
    other = torch.where(order.indices[:, 0] == labels, order.values[:, 1], order.values[:, 0])
    return (other - logits.gather(1, labels[:, None])[:, 0]) / (order.values[:, 0] - order.values[:, 2])


def targeted_dlr(targets):
    def loss(logits, labels):
        z = logits.sort(1, descending=True).values
        difference = logits.gather(1, targets[:, None])[:, 0] - logits.gather(1, labels[:, None])[:, 0]
        return difference / (z[:, 0] - (z[:, 2] + z[:, 3]) / 2)
    return loss


def margin(logits, labels):
    others = logits.scatter(1, labels[:, None], -np.inf).max(1).values
    return others - logits.gather(1, labels[:, None])[:, 0]


def ask(weights, points, labels, loss):
    points = points.clone().requires_grad_()
    logits, _, _ = simple_cnn(weights, points)
    losses = loss(logits, labels)
    (gradient,) = torch.autograd.grad(losses.sum(), points)
    return losses.detach(), gradient, logits.detach()


# --- attacks ----------------------------------------------------------------------------------------------------------

def pgd(weights, images, labels, norm, epsilon, step, steps, momentum=0.0):
    points = torch.stack([start(image, norm, epsilon) for image in images])
    velocity = torch.zeros_like(images)
    for _ in range(steps):
        _, gradient, _ = ask(weights, points, labels, cross_entropy)
        velocity = momentum * velocity + gradient / gradient.abs().sum((1, 2, 3), keepdim=True)
        points = project(points + step * direction(velocity if momentum else gradient, norm), images, norm, epsilon)
    return points


class Worst:
    """What an attack that stops at an image's first misclassified point returns."""

    def __init__(self, weights, images, labels):
        self.labels, self.points = labels, images.clone()
        self.margins = margin(simple_cnn(weights, images)[0].detach(), labels)
        assert (self.margins < 0).all()

    def offer(self, points, logits):
        margins = margin(logits, self.labels)
        better = (self.margins <= 0) & (margins > self.margins)
        self.margins = torch.where(better, margins, self.margins)
        self.points[better] = points[better]


def apgd(weights, images, labels, loss, norm, epsilon, iterations):
    worst = Worst(weights, images, labels)
    current = torch.stack([start(image, norm, epsilon) for image in images])
    previous = current.clone()
    values, gradient, logits = ask(weights, current, labels, loss)
    worst.offer(current, logits)
    best, best_values, best_gradient = current.clone(), values.clone(), gradient.clone()
    history = [values]
    step = torch.full((len(images), 1, 1, 1), 2 * epsilon)
    checkpoints, gap = [0, int(0.22 * iterations)], int(0.22 * iterations)
    while checkpoints[-1] < iterations:
        gap = max(gap - max(int(0.03 * iterations), 1), max(int(0.06 * iterations), 1))
        checkpoints.append(checkpoints[-1] + gap)
    halved, best_then = torch.ones(len(images), dtype=torch.bool), best_values.clone()
    halvings = 0
    for k in range(1, iterations + 1):
        z = project(current + step * direction(gradient, norm), images, norm, epsilon)
        alpha = 1.0 if k == 1 else 0.75
        new = project(current + alpha * (z - current) + (1 - alpha) * (current - previous), images, norm, epsilon)
        previous, current = current, new
        values, gradient, logits = ask(weights, current, labels, loss)
        worst.offer(current, logits)
        history.append(values)
        better = values > best_values
        best[better], best_values[better], best_gradient[better] = current[better], values[better], gradient[better]
        if k in checkpoints:
            since = checkpoints[checkpoints.index(k) - 1]
            rises = sum((history[i + 1] > history[i]).double() for i in range(since, k))
            halve = (rises <= 0.75 * (k - since)) | (~halved & (best_then >= best_values))
            halvings += int((halve & (worst.margins <= 0)).sum())
            halved, best_then = halve, best_values.clone()
            step[halve] /= 2
            current, gradient = current.clone(), gradient.clone()
            current[halve], gradient[halve] = best[halve], best_gradient[halve]
    return worst.points, worst.margins, halvings


def square(weights, images, labels, epsilon, queries):
    worst = Worst(weights, images, labels)
    rngs = [generator(image) for image in images]
    height, width = images.shape[1:3]
    current = torch.stack([(image + epsilon * torch.tensor([rng.sign() for _ in range(width)])[None, :, None]).clamp(0, 1) for image, rng in zip(images, rngs)])
    logits = simple_cnn(weights, current)[0].detach()
    margins = margin(logits, labels)
    worst.offer(current, logits)
    for query in range(1, queries):
        place = (query - 1) * 10_000 // queries
        share = 0.8 / 2 ** sum(place > edge for edge in (10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000))
        side = min(max(int(round((share * height * width) ** 0.5)), 1), height)
        candidates = current.clone()
        for candidate, image, rng in zip(candidates, images, rngs):
            top, left = rng.integer(height - side + 1), rng.integer(width - side + 1)
            window = (slice(top, top + side), slice(left, left + side))
            candidate[window] = (image[window] + rng.sign() * epsilon).clamp(0, 1)
        logits = simple_cnn(weights, candidates)[0].detach()
        worst.offer(candidates, logits)
        better = margin(logits, labels) > margins
        current[better], margins[better] = candidates[better], margin(logits, labels)[better]
    return worst.points, worst.margins


def fixture():
    weights = {name: torch.tensor(value.astype(np.float64)) for name, value in read(os.path.join(HERE, "simplecnn_weights.safetensors"))[0].items()}
    images = torch.tensor(read(os.path.join(HERE, "simplecnn_inference.safetensors"))[0]["images"].astype(np.float64))
    clean = simple_cnn(weights, images)[0].detach()
    labels = clean.argmax(1)
    targets = clean.sort(1, descending=True).indices[:, 1]
    tensors = {"labels": labels}

    def single(value):
        return float(np.float32(value))

    for name, settings in {
        "pgd.linf": ("linf", single(0.1), single(0.02), 10), "pgd.l2": ("l2", 1.5, 0.25, 20), "pgd.momentum": ("linf", single(0.1), single(0.02), 10, 1.0),
    }.items():
        points = pgd(weights, images, labels, *settings)
        tensors[name + ".images"] = points
        tensors[name + ".losses"] = cross_entropy(simple_cnn(weights, points)[0].detach(), labels)
    for name, loss, settings in [
        ("apgd.ce", cross_entropy, ("linf", single(0.0025), 30)), ("apgd.dlr", dlr, ("linf", single(0.0025), 30)),
        ("apgd.l2", cross_entropy, ("l2", 0.04, 40)), ("apgd.targeted", targeted_dlr(targets), ("linf", single(0.0025), 30)),
    ]:
        tensors[name + ".images"], tensors[name + ".margins"], halvings = apgd(weights, images, labels, loss, *settings)
        print(f"{name}: margins {[round(float(m), 3) for m in tensors[name + '.margins']]}, {halvings} halvings on images that stand")
    tensors["square.images"], tensors["square.margins"] = square(weights, images, labels, single(0.01), 300)
    print(f"square: margins {[round(float(m), 3) for m in tensors['square.margins']]}, clean {[round(float(m), 3) for m in margin(clean, labels)]}")
    return tensors


if __name__ == "__main__":
    sys.exit(run(__file__, "iterated attacks", "attacks.safetensors", fixture))
