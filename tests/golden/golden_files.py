"""Writes the golden fixtures as safetensors files, and compares them with values computed again."""
import argparse
import json
import math
import os
import struct

import numpy as np
import torch

from read_safetensors import read


def write(path, tensors, metadata):
    """Writes a safetensors file: header length, JSON header padded to 8 bytes, float32 values without holes."""
    header, chunks, offset = {"__metadata__": metadata}, [], 0
    for name, value in tensors.items():
        value = np.asarray(value.detach() if torch.is_tensor(value) else value)
        chunk = value.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [offset, offset + len(chunk)]}
        chunks.append(chunk)
        offset += len(chunk)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def run(script, what, file, make):
    """The command line of a script that makes one file beside itself: writes it or, with --check, compares. Returns the exit code."""
    parser = argparse.ArgumentParser(description=f"Makes the golden fixture of AdvLib's {what}.")
    parser.add_argument("--check", action="store_true", help="compare with the file instead of writing it")
    checking = parser.parse_args().check
    path, tensors = os.path.join(os.path.dirname(os.path.abspath(script)), file), make()
    if checking:
        return 0 if check(path, tensors) else 1
    write(path, tensors, {"made_by": f"tests/golden/{os.path.basename(script)}"})
    print(f"{file}: {len(tensors)} tensors, {os.path.getsize(path)} bytes")
    return 0


def check(path, tensors):
    """Compares a file with what was computed again. PyTorch's versions differ in the last bits, and rounding may flip there."""
    stored, _ = read(path)
    worst = 0 if list(stored) == list(tensors) else math.inf
    for name in stored if worst == 0 else []:
        value = np.asarray(tensors[name].detach() if torch.is_tensor(tensors[name]) else tensors[name])
        scale = max(np.abs(value).max(initial=0), 1e-30)
        worst = max(worst, np.abs(stored[name] - value).max(initial=0) / scale if stored[name].shape == value.shape else math.inf)
    print(f"{os.path.basename(path)}: largest difference {worst:.1e}")
    return worst < 1e-6
