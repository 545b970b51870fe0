// As much of the Postcard format as the widget's calls and the sockets use, in the order of the fields in `types`.

/** Writes values one after the other. */
export class Writer {
  /** @type {number[]} */
  bytes = [];

  /** @param {number | bigint} value */
  varint(value) {
    let rest = BigInt(value);
    while (rest >= 128n) {
      this.bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    this.bytes.push(Number(rest));
    return this;
  }

  /** @param {string} text */
  string(text) {
    const bytes = Buffer.from(text);
    this.varint(bytes.length);
    for (const byte of bytes) this.bytes.push(byte);
    return this;
  }

  /** @param {string} text */
  uuid(text) {
    this.varint(16);
    this.bytes.push(...Buffer.from(text.replaceAll("-", ""), "hex"));
    return this;
  }

  /**
   * @template T
   * @param {T | undefined} value
   * @param {(value: T) => void} write
   */
  option(value, write) {
    this.bytes.push(value === undefined ? 0 : 1);
    if (value !== undefined) write(value);
    return this;
  }

  done() {
    return Buffer.from(this.bytes);
  }
}

/** @typedef {(reader: Reader) => any} Kind how one kind of value is read */

export class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = Buffer.from(bytes);
    this.at = 0;
  }

  byte() {
    if (this.at >= this.bytes.length) throw new Error("the bytes end too early");
    return this.bytes.readUInt8(this.at++);
  }

  varint() {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  /** @param {number} length */
  take(length) {
    if (this.at + length > this.bytes.length) throw new Error("the bytes end too early");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}

export const kinds = {
  bool: (/** @type {Reader} */ reader) => reader.byte() === 1,
  u8: (/** @type {Reader} */ reader) => reader.byte(),
  uint: (/** @type {Reader} */ reader) => Number(reader.varint()),
  int: (/** @type {Reader} */ reader) => {
    const value = reader.varint();
    return Number((value >> 1n) ^ -(value & 1n));
  },
  f32: (/** @type {Reader} */ reader) => reader.take(4).readFloatLE(0),
  string: (/** @type {Reader} */ reader) => reader.take(Number(reader.varint())).toString("utf8"),
  uuid: (/** @type {Reader} */ reader) => {
    const hex = reader.take(Number(reader.varint())).toString("hex");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  },
};

/** @param {Kind} kind @returns {Kind} */
export const option = (kind) => (reader) => (reader.byte() === 0 ? undefined : kind(reader));

/** @param {Kind} kind @returns {Kind} */
export const list = (kind) => (reader) => Array.from({ length: Number(reader.varint()) }, () => kind(reader));

/** @param {Record<string, Kind>} fields @returns {Kind} */
export const struct = (fields) => (reader) =>
  Object.fromEntries(Object.entries(fields).map(([name, kind]) => [name, kind(reader)]));

/** An enum of words. @param {string[]} words @returns {Kind} */
export const word = (...words) => (reader) => words[Number(reader.varint())] ?? "unknown";

/** An enum whose variants carry fields. @param {Record<string, Kind>} variants @returns {Kind} */
export const choice = (variants) => (reader) => {
  const [name, kind] = Object.entries(variants)[Number(reader.varint())] ?? [];
  if (!name || !kind) throw new Error("an unknown variant");
  return { kind: name, ...kind(reader) };
};

/** @param {Kind} kind @param {Uint8Array} bytes */
export function decode(kind, bytes) {
  const reader = new Reader(bytes);
  const value = kind(reader);
  if (reader.at !== reader.bytes.length) throw new Error(`${reader.bytes.length - reader.at} bytes are left over`);
  return value;
}
