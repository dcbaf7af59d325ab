"""Loads weights that AdvLib saved into PyTorch, without any package of AdvLib's, and measures them.

    python3 interop_torch.py baseline.safetensors images.npy labels.npy

The images and labels are those of NpyFile.SaveImages and SaveLabels: clean ones, or adversarial ones.
"""
import json
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F


def read_safetensors(path):
    """The tensors of a float32 safetensors file by name; the package safetensors does the same."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    header.pop("__metadata__", None)
    return {name: torch.tensor(np.frombuffer(data[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"]))
            for name, entry in header.items()}


def same(size, kernel=3, stride=2):
    """Zeros before and after, as Keras's and AdvLib's *same* padding has them: the odd one goes to the end."""
    missing = max(0, (-(-size // stride) - 1) * stride + kernel - size)
    return missing // 2, missing - missing // 2


def simple_cnn(weights, images):
    """SimpleCnn's logits in inference mode; images are (n, height, width, channels)."""
    def convolution(x, name):
        x = F.pad(x, same(x.shape[3]) + same(x.shape[2]))
        return F.conv2d(x, weights[name + ".kernel"].permute(3, 2, 0, 1), weights[name + ".bias"], stride=2)

    def normalized(x, name):
        return F.batch_norm(x, weights[name + ".moving_mean"], weights[name + ".moving_variance"], weights[name + ".gamma"], weights[name + ".beta"], eps=1e-3)

    x = images.permute(0, 3, 1, 2)
    x = normalized(F.relu(convolution(x, "conv2d")), "batch_normalization")
    x = normalized(F.relu(convolution(x, "conv2d_1")), "batch_normalization_1")
    x = x.permute(0, 2, 3, 1).flatten(1)  # rows first, channels last
    x = normalized(F.relu(x @ weights["dense.kernel"] + weights["dense.bias"]), "batch_normalization_2")
    return x @ weights["dense_1.kernel"] + weights["dense_1.bias"]


if __name__ == "__main__":
    weights = read_safetensors(sys.argv[1])
    images, labels = torch.tensor(np.load(sys.argv[2])), torch.tensor(np.load(sys.argv[3])).long()
    with torch.no_grad():
        logits = torch.cat([simple_cnn(weights, batch) for batch in images.split(500)])
    correct = int((logits.argmax(1) == labels).sum())
    print(f"accuracy {correct / len(labels):.4f}  loss {F.cross_entropy(logits, labels).item():.4f}  ({correct} of {len(labels)})")
