#!/usr/bin/env python3
"""Writes the embedding model all-MiniLM-L6-v2 as one ONNX graph in 8-bit integers.

usage: build_model.py MODEL_DIR

Reads config.json and model.safetensors from MODEL_DIR and puts model.onnx and omnichat.json beside them. Needs nothing
but Python's standard library; see bert.py.
"""

import array
import json
import os
import struct
import sys

import bert

# The largest number of a word's row, which is never multiplied in 8 bits.
WORD_MOST = 127


class Weights:
    """The tensors of a safetensors file: a JSON header with offsets, then raw little-endian numbers."""

    def __init__(self, path):
        with open(path, "rb") as file:
            (size,) = struct.unpack("<Q", file.read(8))
            self.header = json.loads(file.read(size))
            self.data = file.read()

    def shape(self, name):
        return self.header[name]["shape"]

    def raw(self, name):
        entry = self.header[name]
        assert entry["dtype"] == "F32", f"{name}: expected 32-bit floats, found {entry['dtype']}"
        start, end = entry["data_offsets"]
        return self.data[start:end]

    def shifts(self, layer):
        """This model has no such inputs."""
        return {}

    def rows(self, name, most, shifts):
        assert not shifts
        height, width = self.shape(name)
        numbers = array.array("f", self.raw(name))
        quantized, scales = array.array("b"), array.array("f")
        for start in range(0, height * width, width):
            row = numbers[start : start + width]
            largest = max(max(row), -min(row))
            factor = most / largest if largest else 0.0
            quantized.extend([round(number * factor) for number in row])
            scales.append(largest / most)
        return quantized, scales

    def words(self, graph):
        name = "embeddings.word_embeddings.weight"
        height, width = self.shape(name)
        rows, scales = self.rows(name, WORD_MOST, {})
        rows = graph.constant(name + ".quantized", bert.INT8, [height, width], rows.tobytes())
        scales = graph.constant(name + ".scales", bert.FLOAT, [height, 1], scales.tobytes())
        numbers = graph.op("Cast", graph.op("Gather", rows, "input_ids"), to=bert.FLOAT)
        return graph.op("Mul", numbers, graph.op("Gather", scales, "input_ids"))


def main():
    folder = sys.argv[1]
    assert sys.byteorder == "little", "the weights are little-endian"
    with open(f"{folder}/config.json") as file:
        config = json.load(file)
    assert config["hidden_act"] == "gelu" and config["position_embedding_type"] == "absolute"
    weights = Weights(f"{folder}/model.safetensors")
    layers, heads = config["num_hidden_layers"], config["num_attention_heads"]
    graph = bert.bert(weights, layers, heads, float(config["layer_norm_eps"]))
    with open(f"{folder}/model.onnx", "wb") as file:
        file.write(bert.model(graph, config["hidden_size"]))
    # Stored with each vector: those of the full weights are close, and not the same.
    with open(f"{folder}/omnichat.json", "w") as file:
        file.write('{"name": "all-MiniLM-L6-v2-int8"}\n')


os.umask(0o022)
main()
