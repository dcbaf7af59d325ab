#!/usr/bin/env python3
"""Makes the golden fixture of the Square attack in L2, written here from its paper (Andriushchenko et al. 2020, section 3.3), in float64.

    python3 tests/golden/make_golden_square.py            writes square_l2.safetensors beside this script
    python3 tests/golden/make_golden_square.py --check    computes everything again and compares it with the file instead

Network, images, labels and random numbers are make_golden_attacks.py's.

- eta, algorithm 4 of the paper: of a square one half is a hill of rectangles 1, 1/4, 1/9 ... around its middle, of length 1; the other
  half is one too, upside down; the whole of length 1, in rows or, by a coin, in columns.
- Start: etas side by side, h // 5 wide, each channel's sign by a coin; all together as long as epsilon.
- A query, algorithm 3: two windows W1 and W2 of odd size, at least 3. W2 is emptied, W1 becomes eta with each channel's sign by a coin plus
  its own direction so far, as long as what both held in that channel and what is left of epsilon, shared among the channels. What was cut
  at 0 and 1 comes back so: the whole is as long as epsilon before it is cut again. It stays where the margin rises.
- `steps` is that without a network: a start and three windows on a picture in colour that is higher than wide.
"""
import os
import sys

import torch

from golden_files import run
from make_golden import HERE, simple_cnn
from make_golden_attacks import Worst, generator, margin
from read_safetensors import read

HALVINGS = (10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000)
EPSILON = 0.109375
QUERIES = 400
COLOUR_EPSILON = 1.5
COLOUR_SIDES = (7, 5, 3)


def hill(rows, columns):
    """The paper's sum of nested rectangles, cut off where the picture ends."""
    values = torch.zeros(rows, columns, dtype=torch.float64)
    top, left = rows // 2, columns // 2
    for ring in range(max(rows // 2, columns // 2) + 1):
        values[max(top - ring, 0):top + ring + 1, max(left - ring, 0):left + ring + 1] += 1 / (ring + 1) ** 2
    return values / values.norm()


def eta(rng, side):
    values = torch.cat([hill(side // 2, side), -hill(side - side // 2, side)])
    values = values / values.norm()
    return values.T if rng.sign() > 0 else values


def signs(rng, channels):
    return torch.tensor([rng.sign() for _ in range(channels)], dtype=torch.float64)


def stretched(clean, change, epsilon):
    return (clean + change * (epsilon / change.norm())).clamp(0, 1)


def start(rng, clean, epsilon):
    height, width, channels = clean.shape
    side, change = height // 5, torch.zeros_like(clean)
    for row in range(height // side):
        for column in range(width // side):
            top, left = height % side // 2 + row * side, width % side // 2 + column * side
            shape = eta(rng, side)
            change[top:top + side, left:left + side] = shape[..., None] * signs(rng, channels)
    return stretched(clean, change, epsilon)


def moved(rng, clean, current, side, epsilon):
    height, width, channels = clean.shape
    change = current - clean
    places = [(rng.integer(height - side + 1), rng.integer(width - side + 1)) for _ in range(2)]
    (first, second) = [torch.zeros(height, width, 1, dtype=torch.bool) for _ in places]
    for mask, (top, left) in zip((first, second), places):
        mask[top:top + side, left:left + side] = True
    unused = max(epsilon ** 2 - float((change ** 2).sum()), 0) / channels
    held = ((change * (first | second)) ** 2).sum((0, 1))
    (top, left), shape = places[0], eta(rng, side)
    window = (slice(top, top + side), slice(left, left + side))
    old = change[window]
    new = shape[..., None] * signs(rng, channels) + old / (1e-12 + (old ** 2).sum((0, 1)).sqrt())
    new = new / (new ** 2).sum((0, 1)).sqrt() * (unused + held).sqrt()
    change = change * ~second
    change[window] = new
    return stretched(clean, change, epsilon)


def square(weights, images, labels, epsilon, queries):
    worst = Worst(weights, images, labels)
    rngs = [generator(image) for image in images]
    height, width = images.shape[1:3]
    current = torch.stack([start(rng, image, epsilon) for image, rng in zip(images, rngs)])
    logits = simple_cnn(weights, current)[0].detach()
    margins = margin(logits, labels)
    worst.offer(current, logits)
    for query in range(1, queries):
        share = 0.8 / 2 ** sum((query - 1) * 10_000 // queries > edge for edge in HALVINGS)
        side = min(max(int(round((share * height * width) ** 0.5)), 3), height)
        side += 1 - side % 2
        candidates = torch.stack([moved(rng, image, at, side, epsilon) for image, at, rng in zip(images, current, rngs)])
        logits = simple_cnn(weights, candidates)[0].detach()
        worst.offer(candidates, logits)
        better = margin(logits, labels) > margins
        current[better], margins[better] = candidates[better], margin(logits, labels)[better]
    return worst.points, worst.margins


def fixture():
    files = {name: read(os.path.join(HERE, name + ".safetensors"))[0] for name in ("simplecnn_weights", "simplecnn_inference")}
    weights = {name: torch.tensor(value).double() for name, value in files["simplecnn_weights"].items()}
    images = torch.tensor(files["simplecnn_inference"]["images"]).double()
    clean = simple_cnn(weights, images)[0].detach()
    labels = clean.argmax(1)
    points, margins = square(weights, images, labels, EPSILON, QUERIES)
    print(f"square: margins {[round(float(m), 3) for m in margins]}, clean {[round(float(m), 3) for m in margin(clean, labels)]}")

    picture = (torch.arange(17 * 11 * 3) * 37 % 101 / 100).float().double().view(17, 11, 3)
    rng = generator(picture)
    steps = [start(rng, picture, COLOUR_EPSILON)]
    for side in COLOUR_SIDES:
        steps.append(moved(rng, picture, steps[-1], side, COLOUR_EPSILON))
    return {"labels": labels, "images": points, "margins": margins, "picture": picture, "steps": torch.stack(steps)}


if __name__ == "__main__":
    sys.exit(run(__file__, "Square attack in L2", "square_l2.safetensors", fixture))
