"""What becomes of a text's letters before it is cut into pieces, as the library tokenizers stores it.

A table says which letters become which others (a wide A is an A). SentencePiece's own table has letters with their
accents as well; here a step of NFC puts them together. It would also bring marks in another order that it never
joins with a letter, and the pieces of Burmese, Hebrew and vocalised Arabic have them as people type them. So such
marks stand aside meanwhile, as letters for private use.
"""

import base64
import struct
import unicodedata

# What is added to a mark to bring it to a private place.
ASIDE = 0x100000


def normalizer(letters, pieces):
    aside = {mark: chr(ord(mark) + ASIDE) for mark in marks(letters, pieces)}
    back = {private: mark for mark, private in aside.items()}
    return {"type": "Sequence", "normalizers": [precompiled({**letters, **aside}), {"type": "NFC"}, precompiled(back)]}


def marks(letters, pieces):
    """The marks in pieces that NFC never joins with a letter. Only marks that are in a piece are looked up, and what
    was once said of a mark holds for ever: every version of Python gives the same."""
    whole = [char for char in map(chr, range(0x110000)) if unicodedata.normalize("NFC", char) == char]
    parts = (unicodedata.decomposition(char).split() for char in whole)
    joined = {chr(int(part[1], 16)) for part in parts if len(part) == 2 and not part[0].startswith("<")}
    found = {char for piece in pieces for char in piece if unicodedata.combining(char)}
    return sorted(mark for mark in found - joined if mark not in letters)


def precompiled(table):
    """The bytes of the tree of what is replaced, the tree, and the texts that it points to, each with a zero behind.

    The library takes the shortest match in a group of letters, so every key is a single letter.
    """
    assert all(len(key) == 1 for key in table)
    texts, places = bytearray(), {}
    for text in sorted(set(table.values())):
        places[text] = len(texts)
        texts += text.encode() + b"\0"
    units = double_array({key.encode(): places[text] for key, text in sorted(table.items())})
    data = struct.pack(f"<I{len(units)}I", 4 * len(units), *units) + bytes(texts)
    return {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(data).decode()}


def double_array(values):
    """The tree as one array: from the node at place p with offset o, byte b leads to the place p ^ o ^ b, if the node
    there bears the label b; the value of what ends at the node is at p ^ o.

    A node is 32 bits: its label, at bit 8 whether something ends there, and from bit 10 on the offset.
    """
    tree = {}
    for key, value in values.items():
        node = tree
        for byte in key:
            node = node.setdefault(byte, {})
        node["value"] = value
    units, taken, homes = [0] * 256, {0}, set()
    waiting, free = [(0, tree)], 1
    for place, node in waiting:
        labels = [0 if label == "value" else label for label in node]
        home = free
        # With a home of its own, no node is taken for a child of another.
        while home in homes or any(home ^ label in taken for label in labels):
            home += 1
        homes.add(home)
        taken.update(home ^ label for label in labels)
        while free in taken or free in homes:
            free += 1
        # Whatever byte is looked up, its place must be there.
        units.extend([0] * ((home | 255) + 1 - len(units)))
        offset = place ^ home
        assert offset < 1 << 21
        units[place] |= offset << 10 | ("value" in node) << 8
        for label, child in node.items():
            if label == "value":
                units[home] = 1 << 31 | child
            else:
                units[home ^ label] = label
                waiting.append((home ^ label, child))
    return units
