#!/usr/bin/env python3
"""Makes a TorchScript file and an ONNX file as a reader of the course would bring them, and what PyTorch itself says about their network.

    python3 tests/golden/make_torchscript.py            writes residual.pt, .onnx and .safetensors beside this script
    python3 tests/golden/make_torchscript.py --check    computes everything again, from residual.pt, and compares it instead

- The network is a small residual one with batch normalization and dropout, trained for a moment so that its moving statistics are its own.
  It takes NCHW input, normalized by a mean and a standard deviation of each channel.
- Images are NHWC in [0, 1]. Attacks step in pixels: the normalization is a part of what is attacked.
- FGSM: Goodfellow et al. 2015; PGD: Madry et al. 2018 without a random start. Cross-entropy, clipped to [0, 1].
"""
import argparse
import os
import sys
import zipfile

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from golden_files import check, write

HERE = os.path.dirname(os.path.abspath(__file__))
MEAN, STD = (0.4, 0.6), (0.2, 0.3)
HEIGHT, WIDTH, CLASSES, COUNT = 10, 8, 4, 64
EPSILON, STEP, STEPS = 0.03, 0.01, 10


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(channels)

    def forward(self, x):
        y = F.relu(self.first_norm(self.first(x)))
        return F.relu(x + self.second_norm(self.second(y)))


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(2, 8, 3, stride=2, padding=1)
        self.block = Block(8)
        self.dropout = nn.Dropout(0.25)
        self.head = nn.Linear(8 * 5 * 4, CLASSES)

    def forward(self, x):
        return self.head(self.dropout(self.block(F.relu(self.stem(x))).flatten(1)))


def normalized(images):
    """NHWC pixels as the network's input."""
    x = images.permute(0, 3, 1, 2)
    return (x - torch.tensor(MEAN).view(1, 2, 1, 1)) / torch.tensor(STD).view(1, 2, 1, 1)


def draw(random, count):
    """Noise with a light quarter, which is the class."""
    labels = random.randint(0, CLASSES, count)
    images = random.uniform(0, 0.7, (count, HEIGHT, WIDTH, 2)).astype(np.float32)
    for image, label in zip(images, labels):
        image[label // 2 * 5:][:5, label % 2 * 4:][:, :4] += 0.15
    return torch.from_numpy(images), torch.from_numpy(labels)


def gradient(model, images, labels):
    images = images.detach().clone().requires_grad_()
    F.cross_entropy(model(normalized(images)), labels, reduction="sum").backward()
    return images.grad


def train(random):
    model = Residual().train()
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    for _ in range(60):
        images, labels = draw(random, 32)
        optimizer.zero_grad()
        F.cross_entropy(model(normalized(images)), labels).backward()
        optimizer.step()
    return model


def measure(model):
    model.eval()
    images, labels = draw(np.random.RandomState(7), COUNT)
    slope = gradient(model, images, labels)
    pgd = images
    for _ in range(STEPS):
        pgd = pgd + STEP * gradient(model, pgd, labels).sign()
        pgd = (images + (pgd - images).clamp(-EPSILON, EPSILON)).clamp(0, 1)
    return {
        "images": images, "labels": labels, "logits": model(normalized(images)), "gradient": slope,
        "fgsm": (images + EPSILON * slope.sign()).clamp(0, 1), "pgd": pgd, "pgd_logits": model(normalized(pgd)),
    }


def drop_sources(path):
    """Takes out where the code stood on the machine that made the file; nothing but error messages shows it."""
    with zipfile.ZipFile(path) as archive:
        entries = [(entry, archive.read(entry)) for entry in archive.infolist() if not entry.filename.endswith(".debug_pkl")]
    with zipfile.ZipFile(path, "w") as archive:
        for entry, content in entries:
            archive.writestr(zipfile.ZipInfo(entry.filename), content)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    torch.manual_seed(3)
    script, values = os.path.join(HERE, "residual.pt"), os.path.join(HERE, "residual.safetensors")
    if arguments.check:
        return 0 if check(values, measure(torch.jit.load(script))) else 1
    torch.jit.script(train(np.random.RandomState(5))).save(script)
    drop_sources(script)
    torch.onnx.export(torch.jit.load(script).eval(), torch.zeros(1, 2, HEIGHT, WIDTH), os.path.join(HERE, "residual.onnx"), opset_version=13,
                      input_names=["images"], output_names=["logits"], dynamic_axes={"images": {0: "n"}, "logits": {0: "n"}})
    write(values, measure(torch.jit.load(script)), {"torch": torch.__version__})
    return 0


if __name__ == "__main__":
    sys.exit(main())
