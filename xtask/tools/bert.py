"""A BERT as one ONNX graph with ONNX Runtime's fused operators, in 8-bit integers. Both models are written by it.

Needs nothing but Python's standard library: the file format is small, and a set-up without numpy, onnx and a virtual
environment is quicker and has less to pin. What is written depends on the input alone, so `cargo xtask setup` checks
it by its SHA-256.

Every matrix is stored as whole numbers with a scale for each output; what is multiplied with it is rounded in the same
way at each run, with one scale for the whole run. So a text has the same vector every time only when it runs alone.
Against 32-bit floats: a quarter of the size, two to five times as fast, and as good at finding passages.

The weights come from an object with

- `shape(name)`, `raw(name)`: a tensor of 32-bit floats, its bytes little-endian;
- `rows(name, most, shifts)`: each row of a matrix in 8-bit integers from -most to most, and the rows' scales; the
  columns in `shifts` are first multiplied by 2 to that power;
- `shifts(layer)`: of the inputs of a layer, those that are far larger than the others, and by which power of two;
- `words(graph)`: the graph's tensor of the rows of a text's words.
"""

import struct

FLOAT, UINT8, INT8, INT32, INT64, FLOAT16 = 1, 2, 3, 6, 7, 10  # onnx.TensorProto.DataType
ATTRIBUTE_FLOAT, ATTRIBUTE_INT = 1, 2  # onnx.AttributeProto.AttributeType

# The largest weight. Processors without VNNI add two products of an activation (0 to 255) and a weight in 16 bits:
# with 63 the sum fits, with 127 it may not. On real questions the two are equally good.
WEIGHT_MOST = 63

# What is put beside the graph, in bytes, and where it may begin.
LARGE, PAGE = 64 * 1024, 4096


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


def tensor_beside(name, kind, shape, file, offset, length):
    """A tensor whose numbers lie in another file."""
    entries = (("location", file), ("offset", str(offset)), ("length", str(length)))
    dims = b"".join(integer(1, size) for size in shape)
    beside = b"".join(blob(13, blob(1, key) + blob(2, value)) for key, value in entries)
    return dims + integer(2, kind) + blob(8, name) + beside + integer(14, 1)


def value_info(name, kind, shape):
    dims = b"".join(blob(1, blob(2, size) if isinstance(size, str) else integer(1, size)) for size in shape)
    return blob(1, name) + blob(2, blob(1, integer(1, kind) + blob(2, dims)))


def attribute(name, value):
    if isinstance(value, float):
        return blob(1, name) + single(2, value) + integer(20, ATTRIBUTE_FLOAT)
    return blob(1, name) + integer(3, value) + integer(20, ATTRIBUTE_INT)


# --- The graph ---


class Graph:
    """The nodes and the tensors. With the name of a file beside the graph's, large tensors go to that one: ONNX Runtime
    then reads of them what it needs, when it needs it, and holds no copy."""

    def __init__(self, weights, beside=None):
        self.weights = weights
        self.nodes = []
        self.initializers = {}
        self.beside = beside
        self.large = bytearray()

    def op(self, kind, *inputs, out=None, domain="", **attributes):
        out = out or f"{kind}_{len(self.nodes)}"
        outs = [out] if isinstance(out, str) else out
        node = b"".join(blob(1, name) for name in inputs) + b"".join(blob(2, name) for name in outs)
        node += blob(3, outs[0] + "_n") + blob(4, kind)
        node += b"".join(blob(5, attribute(name, attributes[name])) for name in sorted(attributes))
        self.nodes.append(node + blob(7, domain))
        return out

    def fused(self, kind, *inputs, **attributes):
        return self.op(kind, *inputs, domain="com.microsoft", **attributes)

    def constant(self, name, kind, shape, data):
        if name in self.initializers:
            return name
        if self.beside and len(data) >= LARGE:
            self.large.extend(bytes(-len(self.large) % PAGE))
            self.initializers[name] = tensor_beside(name, kind, shape, self.beside, len(self.large), len(data))
            self.large.extend(data)
        else:
            self.initializers[name] = tensor(name, kind, shape, data)
        return name

    def index(self, name, value):
        return self.constant(name, INT64, [1], struct.pack("<q", value))

    def weight(self, name):
        return self.constant(name, FLOAT, self.weights.shape(name), self.weights.raw(name))

    def quantized(self, layer, names):
        """Linear layers side by side, as one matrix: a row for each input, and a scale for each output."""
        _, inputs = self.weights.shape(names[0] + ".weight")
        shifts = self.weights.shifts(layer)
        parts = [self.weights.rows(name + ".weight", WEIGHT_MOST, shifts) for name in names]
        numbers = b"".join(rows[row::inputs].tobytes() for row in range(inputs) for rows, _ in parts)
        outputs = sum(len(scales) for _, scales in parts)
        matrix = self.constant(layer + ".quantized", INT8, [inputs, outputs], numbers)
        scales = b"".join(scales.tobytes() for _, scales in parts)
        return matrix, self.constant(layer + ".scales", FLOAT, [outputs], scales)

    def tamed(self, x, layer, names):
        """What goes into a layer, without numbers far larger than the others: divided here, with the matrix multiplied
        by as much. One scale for a whole run would have no room for the rest beside them."""
        shifts = self.weights.shifts(layer)
        if not shifts:
            return x
        _, inputs = self.weights.shape(names[0] + ".weight")
        factors = struct.pack(f"<{inputs}f", *(2.0 ** -shifts.get(column, 0) for column in range(inputs)))
        return self.op("Mul", x, self.constant(layer + ".tamed", FLOAT, [inputs], factors))

    def matmul(self, x, layer):
        """x times the layer's matrix."""
        return self.fused("DynamicQuantizeMatMul", self.tamed(x, layer, [layer]), *self.quantized(layer, [layer]))

    def skip_norm(self, x, skip, layer, epsilon, bias=None, out=None):
        """LayerNorm(x + skip + bias)"""
        tail = [self.weight(bias)] if bias else []
        scale, shift = self.weight(layer + ".weight"), self.weight(layer + ".bias")
        return self.fused("SkipLayerNormalization", x, skip, scale, shift, *tail, epsilon=epsilon, out=out)

    def attention(self, x, mask, layer, heads):
        """Query, key and value side by side, as the fused operator wants them."""
        names = [f"{layer}attention.self.{part}" for part in ("query", "key", "value")]
        matrix, scales = self.quantized(layer + "qkv", names)
        outputs = sum(self.weights.shape(name + ".weight")[0] for name in names)
        bias_data = b"".join(self.weights.raw(name + ".bias") for name in names)
        bias = self.constant(layer + "qkv.bias", FLOAT, [outputs], bias_data)
        middle = self.constant("qkv.zero", INT8, [outputs], bytes(outputs))
        x = self.tamed(x, layer + "qkv", names)
        rounded, scale, zero = self.op("DynamicQuantizeLinear", x, out=[layer + part for part in ("x", "scale", "zero")])
        inputs = [rounded, matrix, bias, scale, scales, mask, zero, middle]
        return self.fused("QAttention", *inputs, num_heads=heads)


def bert(weights, layers, heads, epsilon, beside=None):
    graph = Graph(weights, beside)
    length = graph.op("Slice", graph.op("Shape", "input_ids"), graph.index("one", 1), graph.index("two", 2))
    table = graph.weight("embeddings.position_embeddings.weight")
    positions = graph.op("Slice", table, graph.index("zero", 0), length, "zero")
    x = graph.op("Add", weights.words(graph), positions)
    types = graph.op("Gather", graph.weight("embeddings.token_type_embeddings.weight"), "token_type_ids")
    x = graph.skip_norm(x, types, "embeddings.LayerNorm", epsilon)
    mask = graph.op("Cast", "attention_mask", to=INT32)

    for number in range(layers):
        layer = f"encoder.layer.{number}."
        context = graph.attention(x, mask, layer, heads)
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


def model(graph, width):
    """The whole file."""
    shape = ["batch", "sequence"]
    body = b"".join(blob(1, node) for node in graph.nodes)
    body += blob(2, "bert")
    body += b"".join(blob(5, item) for item in graph.initializers.values())
    for name in ("input_ids", "attention_mask", "token_type_ids"):
        body += blob(11, value_info(name, INT64, shape))
    body += blob(12, value_info("last_hidden_state", FLOAT, shape + [width]))
    opsets = blob(8, blob(1, "") + integer(2, 17)) + blob(8, blob(1, "com.microsoft") + integer(2, 1))
    return integer(1, 8) + blob(2, "build_onnx") + blob(7, body) + opsets
