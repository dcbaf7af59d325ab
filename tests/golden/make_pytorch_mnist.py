#!/usr/bin/env python3
"""Trains the network of notebook 09 that comes from PyTorch, and saves it as notebooks/models/pytorch-mnist.pt.

    python3 tests/golden/make_pytorch_mnist.py FOLDER      FOLDER holds MNIST's training files, plain or gzipped

A small residual network on pixels normalized by MNIST's own mean and standard deviation, as most PyTorch code has them.
"""
import gzip
import os
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from make_torchscript import HERE, drop_sources

MEAN, STD = 0.1307, 0.3081


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        return F.relu(x + self.body(x))


def network():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2, padding=1), nn.ReLU(), Block(16), nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU(),
        nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.25), nn.Linear(512, 10))


def load(folder, name):
    path = os.path.join(folder, name)
    with (gzip.open(path + ".gz") if os.path.exists(path + ".gz") else open(path, "rb")) as file:
        data = file.read()
    sizes = np.frombuffer(data, ">i4", data[3], 4)
    return torch.from_numpy(np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(sizes).copy())


def main(folder):
    torch.manual_seed(1)
    images = (load(folder, "train-images-idx3-ubyte").float() / 255 - MEAN).unsqueeze(1) / STD
    labels = load(folder, "train-labels-idx1-ubyte").long()
    model = network().train()
    steps, size = 400, 64
    optimizer = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    for _ in range(steps):
        batch = torch.randint(len(labels), (size,))
        optimizer.zero_grad()
        F.cross_entropy(model(images[batch]), labels[batch]).backward()
        optimizer.step()
        schedule.step()
    path = os.path.join(HERE, "..", "..", "notebooks", "models", "pytorch-mnist.pt")
    torch.jit.script(model.eval()).save(path)
    drop_sources(path)


if __name__ == "__main__":
    main(sys.argv[1])
