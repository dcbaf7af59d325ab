#!/usr/bin/env python3
"""The recipe's steps timed in PyTorch, so that `advnb bench` has something to be compared with on the same machine.

    python3 benchmarks/peer_torch.py --synthetic --threads 2
    python3 benchmarks/peer_torch.py --mnist FOLDER --threads 2 --steps 100 --repeats 5
    python3 benchmarks/peer_torch.py --mnist FOLDER --recipe

Written as a PyTorch user would write it: NCHW, whole batches through FGSM, nothing compiled. Prints one JSON object:
the median of each measure under the name that `advnb bench` uses, and all samples. Weights stay as initialised but for the timed
steps, because no step's time depends on them. --mnist and --synthetic differ in the images only. --recipe trains, breaks and repairs
the network as the recipe does, and prints seconds and results instead.
"""
import argparse
import gzip
import json
import os
import platform
import resource
import statistics
import sys
import time

try:
    import numpy as np
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError as missing:
    print(f"This script compares with PyTorch, which is not installed ({missing}). Install it and run the script again: "
          "`apt install python3-torch` on Debian and Ubuntu, or `pip install torch numpy`.", file=sys.stderr)
    sys.exit(3)

BATCH, TRAINED, EVALUATED, EPSILON = 64, 60_000, 10_000, 0.1


class SimpleCnn(nn.Module):
    """The recipe's network. Padding is TensorFlow's: at stride 2 on an even size, bottom and right only."""

    def __init__(self, classes=10):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(1, 32, 3, stride=2), nn.BatchNorm2d(32, eps=1e-3, momentum=0.01)
        self.conv2, self.norm2 = nn.Conv2d(32, 64, 3, stride=2), nn.BatchNorm2d(64, eps=1e-3, momentum=0.01)
        self.dense1, self.norm3 = nn.Linear(7 * 7 * 64, 128), nn.BatchNorm1d(128, eps=1e-3, momentum=0.01)
        self.dropout, self.dense2 = nn.Dropout(0.5), nn.Linear(128, classes)
        for layer in (self.conv1, self.conv2, self.dense1, self.dense2):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        x = self.norm1(F.relu(self.conv1(F.pad(x, (0, 1, 0, 1)))))
        x = self.norm2(F.relu(self.conv2(F.pad(x, (0, 1, 0, 1)))))
        x = self.norm3(F.relu(self.dense1(x.flatten(1))))
        return self.dense2(self.dropout(x))


def read_idx(folder, name, header):
    path = os.path.join(folder, name)
    opener = open if os.path.exists(path) else gzip.open
    with opener(path if opener is open else path + ".gz", "rb") as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def load(arguments):
    """Training and test images as float32 NCHW in [0, 1], with labels."""
    sets = []
    test_count = max(1, arguments.images * EVALUATED // TRAINED)
    for name, count in (("train", arguments.images), ("t10k", test_count)):
        if arguments.mnist:
            pixels = read_idx(arguments.mnist, f"{name}-images-idx3-ubyte", 16)[:count * 28 * 28]
            labels = read_idx(arguments.mnist, f"{name}-labels-idx1-ubyte", 8)[:count]
        else:
            random = np.random.RandomState(len(sets))
            pixels = random.randint(0, 256, count * 28 * 28, np.uint8)
            labels = random.randint(0, 10, count)
        images = torch.from_numpy(pixels.reshape(-1, 1, 28, 28).astype(np.float32) / 255)
        sets.append((images, torch.from_numpy(labels.astype(np.int64))))
    return sets


def fgsm(model, images, labels):
    """The recipe's FGSM on a whole batch: mean squared error on the softmax, inference mode, no clipping."""
    model.eval()
    images = images.detach().requires_grad_()
    errors = torch.softmax(model(images), 1) - F.one_hot(labels, 10)
    (gradient,) = torch.autograd.grad(errors.square().mean(1).sum(), images)
    return images.detach() + EPSILON * gradient.sign()


def train(model, optimizer, images, labels):
    model.train()
    optimizer.zero_grad(set_to_none=True)
    F.cross_entropy(model(images), labels).backward()
    optimizer.step()


def mixed_batch(model, images, labels):
    """Half normal images, half freshly perturbed ones, each half drawn without replacement, joined and shuffled."""
    normal, attacked = torch.randperm(len(images))[:BATCH // 2], torch.randperm(len(images))[:BATCH // 2]
    mixed = torch.cat([images[normal], fgsm(model, images[attacked], labels[attacked])])
    order = torch.randperm(BATCH)
    return mixed[order], torch.cat([labels[normal], labels[attacked]])[order]


def evaluate(model, images, labels, chunk, attack=None):
    """Share of images classified correctly; with an attack, of adversaries made on the way and not kept."""
    correct = 0
    model.eval()
    for start in range(0, len(images), chunk):
        part, truth = images[start:start + chunk], labels[start:start + chunk]
        if attack:
            part = attack(model, part, truth)
        with torch.no_grad():
            logits = model(part)
            F.cross_entropy(logits, truth, reduction="sum").item()
            correct += (logits.argmax(1) == truth).sum().item()
    return correct / len(images)


def measure(action, count):
    """Milliseconds of each of `count` calls, after a fifth as many to warm up."""
    for _ in range(max(1, count // 5)):
        action()
    samples = []
    for _ in range(count):
        start = time.perf_counter()
        action()
        samples.append(1000 * (time.perf_counter() - start))
    return samples


def run(arguments):
    (train_images, train_labels), (test_images, test_labels) = load(arguments)
    torch.manual_seed(arguments.seed)
    model = SimpleCnn()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7)
    order = torch.randperm(len(train_images))
    position = 0

    def train_step():
        nonlocal position
        batch = order[position:position + BATCH]
        position = (position + BATCH) % (len(order) - BATCH)
        train(model, optimizer, train_images[batch], train_labels[batch])

    def mixed_step():
        train(model, optimizer, *mixed_batch(model, train_images, train_labels))

    def evaluate_all():
        evaluate(model, test_images, test_labels, arguments.chunk)

    def attack():
        for start in range(0, len(test_images), arguments.chunk):
            fgsm(model, test_images[start:start + arguments.chunk], test_labels[start:start + arguments.chunk])

    samples = {
        "train_step_ms": measure(train_step, arguments.steps),
        "mixed_step_ms": measure(mixed_step, arguments.steps),
        "eval10k_ms": measure(evaluate_all, arguments.repeats),
        "fgsm10k_ms": measure(attack, arguments.repeats),
    }
    return {
        **about(arguments), **{name: round(statistics.median(values), 3) for name, values in samples.items()}, **peak_memory(),
        "samples": {name: [round(value, 3) for value in values] for name, values in samples.items()},
    }


def run_recipe(arguments):
    """Trains, breaks, repairs and evaluates; the images are loaded before the clock starts."""
    (train_images, train_labels), (test_images, test_labels) = load(arguments)
    start = time.perf_counter()
    torch.manual_seed(arguments.seed)
    model = SimpleCnn()

    def fit(learning_rate, epochs, batches):
        optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate, eps=1e-7)
        began = time.perf_counter()
        for _ in range(epochs):
            for images, labels in batches():
                train(model, optimizer, images, labels)
            evaluate(model, test_images, test_labels, arguments.chunk)
        return time.perf_counter() - began

    def shuffled():
        for batch in torch.randperm(len(train_images)).split(BATCH):
            yield train_images[batch], train_labels[batch]

    def mixed():
        for _ in range(max(1, len(train_images) // BATCH)):
            yield mixed_batch(model, train_images, train_labels)

    training = fit(1e-3, arguments.epochs, shuffled)
    clean_before = evaluate(model, test_images, test_labels, arguments.chunk)
    pairs = zip(test_images.split(arguments.chunk), test_labels.split(arguments.chunk))
    stale = torch.cat([fgsm(model, images, labels) for images, labels in pairs])
    fgsm_before = evaluate(model, stale, test_labels, arguments.chunk)
    fine_tuning = fit(1e-4, max(1, arguments.epochs // 2), mixed)
    results = {
        "clean_before": clean_before, "fgsm_before": fgsm_before,
        "clean_after": evaluate(model, test_images, test_labels, arguments.chunk),
        "stale_after": evaluate(model, stale, test_labels, arguments.chunk),
        "fresh_after": evaluate(model, test_images, test_labels, arguments.chunk, fgsm),
    }
    seconds = time.perf_counter() - start
    return {
        **about(arguments), "images": arguments.images, "epochs": arguments.epochs, "recipe_s": round(seconds, 3),
        "training_s": round(training, 3), "fine_tuning_s": round(fine_tuning, 3), **peak_memory(), **results,
    }


def about(arguments):
    return {
        "engine": f"PyTorch {torch.__version__}", "python": platform.python_version(), "threads": torch.get_num_threads(),
        "dataset": "MNIST" if arguments.mnist else "random images", "batch": BATCH, "chunk": arguments.chunk,
    }


def peak_memory():
    unit = 1 if sys.platform == "darwin" else 1024
    return {"peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)}


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not positive")
    return value


def main():
    parser = argparse.ArgumentParser(description="Times the recipe's steps in PyTorch and prints JSON.")
    data = parser.add_mutually_exclusive_group(required=True)
    data.add_argument("--mnist", metavar="DIR", help="folder with MNIST's four IDX files, plain or gzipped")
    data.add_argument("--synthetic", action="store_true", help="random images of the same shape instead of MNIST")
    parser.add_argument("--threads", type=positive, default=os.cpu_count(), help="threads to compute on (default: all)")
    parser.add_argument("--steps", type=positive, default=100, help="training and mixed steps to time (default: 100)")
    parser.add_argument("--repeats", type=positive, default=5, help="evaluations and attacks of 10,000 images to time (default: 5)")
    parser.add_argument("--recipe", action="store_true", help="the whole recipe instead of its steps; takes minutes")
    parser.add_argument("--epochs", type=positive, default=20, help="epochs of training; half as many of fine-tuning follow (default: 20)")
    parser.add_argument("--images", type=positive, default=TRAINED, help=f"training images; a sixth as many to test on (default: {TRAINED})")
    parser.add_argument("--chunk", type=positive, default=128, help="images evaluated or attacked at a time (default: 128)")
    parser.add_argument("--seed", type=int, default=42, help="seed of weights and draws (default: 42)")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    try:
        print(json.dumps((run_recipe if arguments.recipe else run)(arguments), indent=2))
    except FileNotFoundError as missing:
        parser.error(f"{missing.filename} is not there. --mnist names the folder with MNIST's four IDX files; --synthetic needs none.")


if __name__ == "__main__":
    main()
