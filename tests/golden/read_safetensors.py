"""Reads a float32 safetensors file with nothing but numpy. As a program, prints what it read as JSON."""
import json
import struct
import sys

import numpy as np


def read(path):
    """Returns the tensors by name, and the metadata."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    return {name: np.frombuffer(data[entry["data_offsets"][0]:entry["data_offsets"][1]], "<f4").reshape(entry["shape"])
            for name, entry in header.items()}, metadata


if __name__ == "__main__":
    tensors, metadata = read(sys.argv[1])
    print(json.dumps({"metadata": metadata, "tensors": {name: {"shape": value.shape, "values": value.ravel().tolist()}
                                                        for name, value in tensors.items()}}))
