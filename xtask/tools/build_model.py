#!/usr/bin/env python3
"""Writes the embedding model as one ONNX graph with ONNX Runtime's fused BERT operators.

usage: build_model.py MODEL_DIR OUT.onnx

Reads config.json and model.safetensors from MODEL_DIR. Needs nothing but Python's standard library: the two file
formats are small, and a set-up without numpy, onnx and a virtual environment is quicker and has less to pin. The
output depends on the input alone, so `cargo xtask setup` checks it by its SHA-256.
"""

import array
import json
import os
import struct
import sys

FLOAT, INT32, INT64 = 1, 6, 7  # onnx.TensorProto.DataType
ATTRIBUTE_FLOAT, ATTRIBUTE_INT = 1, 2  # onnx.AttributeProto.AttributeType


# --- Protocol Buffers: every message is bytes, every field is (number, value) ---


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def integer(number, value):
    return varint(number << 3) + varint(value)


def single(number, value):
    return varint(number << 3 | 5) + struct.pack("<f", value)


def blob(number, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(name, kind, shape, data):
    dims = b"".join(integer(1, size) for size in shape)
    return dims + integer(2, kind) + blob(8, name) + blob(9, data)


def value_info(name, kind, shape):
    dims = b"".join(blob(1, blob(2, size) if isinstance(size, str) else integer(1, size)) for size in shape)
    return blob(1, name) + blob(2, blob(1, integer(1, kind) + blob(2, dims)))


def attribute(name, value):
    if isinstance(value, float):
        return blob(1, name) + single(2, value) + integer(20, ATTRIBUTE_FLOAT)
    return blob(1, name) + integer(3, value) + integer(20, ATTRIBUTE_INT)


# --- The weights ---


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

    def columns(self, name):
        """The columns of a matrix, each as an array: row i of the transposed matrix."""
        _, width = self.shape(name)
        numbers = array.array("I", self.raw(name))  # as bit patterns, so that no number changes
        return [numbers[column::width] for column in range(width)]


# --- The graph ---


class Graph:
    def __init__(self, weights):
        self.weights = weights
        self.nodes = []
        self.initializers = {}

    def op(self, kind, *inputs, out=None, domain="", **attributes):
        out = out or f"{kind}_{len(self.nodes)}"
        node = b"".join(blob(1, name) for name in inputs)
        node += blob(2, out) + blob(3, out + "_n") + blob(4, kind)
        node += b"".join(blob(5, attribute(name, attributes[name])) for name in sorted(attributes))
        self.nodes.append(node + blob(7, domain))
        return out

    def fused(self, kind, *inputs, **attributes):
        return self.op(kind, *inputs, domain="com.microsoft", **attributes)

    def constant(self, name, kind, shape, data):
        self.initializers.setdefault(name, tensor(name, kind, shape, data))
        return name

    def index(self, name, value):
        return self.constant(name, INT64, [1], struct.pack("<q", value))

    def weight(self, name):
        return self.constant(name, FLOAT, self.weights.shape(name), self.weights.raw(name))

    def matmul(self, x, layer):
        """x times the layer's matrix; a linear layer stores it transposed."""
        outputs, inputs = self.weights.shape(layer + ".weight")
        data = b"".join(column.tobytes() for column in self.weights.columns(layer + ".weight"))
        return self.op("MatMul", x, self.constant(layer + ".weight_T", FLOAT, [inputs, outputs], data))

    def skip_norm(self, x, skip, layer, epsilon, bias=None, out=None):
        """LayerNorm(x + skip + bias)"""
        tail = [self.weight(bias)] if bias else []
        scale, shift = self.weight(layer + ".weight"), self.weight(layer + ".bias")
        return self.fused("SkipLayerNormalization", x, skip, scale, shift, *tail, epsilon=epsilon, out=out)

    def attention(self, x, mask, layer, heads):
        """Query, key and value side by side, as the fused operator wants them."""
        names = [f"{layer}attention.self.{part}" for part in ("query", "key", "value")]
        outputs, inputs = self.weights.shape(names[0] + ".weight")
        parts = [self.weights.columns(name + ".weight") for name in names]
        data = b"".join(part[row].tobytes() for row in range(inputs) for part in parts)
        weight = self.constant(layer + "qkv.weight", FLOAT, [inputs, 3 * outputs], data)
        bias_data = b"".join(self.weights.raw(name + ".bias") for name in names)
        bias = self.constant(layer + "qkv.bias", FLOAT, [3 * outputs], bias_data)
        return self.fused("Attention", x, weight, bias, mask, num_heads=heads)


def bert(config, weights):
    graph = Graph(weights)
    epsilon, layers = float(config["layer_norm_eps"]), config["num_hidden_layers"]

    length = graph.op("Slice", graph.op("Shape", "input_ids"), graph.index("one", 1), graph.index("two", 2))
    table = graph.weight("embeddings.position_embeddings.weight")
    positions = graph.op("Slice", table, graph.index("zero", 0), length, "zero")
    words = graph.op("Gather", graph.weight("embeddings.word_embeddings.weight"), "input_ids")
    x = graph.op("Add", words, positions)
    types = graph.op("Gather", graph.weight("embeddings.token_type_embeddings.weight"), "token_type_ids")
    x = graph.skip_norm(x, types, "embeddings.LayerNorm", epsilon)
    mask = graph.op("Cast", "attention_mask", to=INT32)

    for number in range(layers):
        layer = f"encoder.layer.{number}."
        context = graph.attention(x, mask, layer, config["num_attention_heads"])
        dense = layer + "attention.output.dense"
        projected = graph.matmul(context, dense)
        x = graph.skip_norm(projected, x, layer + "attention.output.LayerNorm", epsilon, bias=dense + ".bias")
        dense = layer + "intermediate.dense"
        inner = graph.fused("BiasGelu", graph.matmul(x, dense), graph.weight(dense + ".bias"))
        dense = layer + "output.dense"
        projected = graph.matmul(inner, dense)
        out = "last_hidden_state" if number == layers - 1 else None
        x = graph.skip_norm(projected, x, layer + "output.LayerNorm", epsilon, bias=dense + ".bias", out=out)
    return graph


def model(config, graph):
    shape = ["batch", "sequence"]
    body = b"".join(blob(1, node) for node in graph.nodes)
    body += blob(2, "bert")
    body += b"".join(blob(5, item) for item in graph.initializers.values())
    for name in ("input_ids", "attention_mask", "token_type_ids"):
        body += blob(11, value_info(name, INT64, shape))
    body += blob(12, value_info("last_hidden_state", FLOAT, shape + [config["hidden_size"]]))
    opsets = blob(8, blob(1, "") + integer(2, 17)) + blob(8, blob(1, "com.microsoft") + integer(2, 1))
    return integer(1, 8) + blob(2, "build_onnx") + blob(7, body) + opsets


def main():
    source, target = sys.argv[1:3]
    assert sys.byteorder == "little", "the weights are little-endian"
    with open(f"{source}/config.json") as file:
        config = json.load(file)
    assert config["hidden_act"] == "gelu" and config["position_embedding_type"] == "absolute"
    graph = bert(config, Weights(f"{source}/model.safetensors"))
    with open(target, "wb") as file:
        file.write(model(config, graph))


os.umask(0o022)
main()
