// Visitors and an agent as the server sees them: calls, bearer tokens, cookies and sockets that resume.
import { randomUUID } from "node:crypto";
import WebSocket from "ws";
import { Writer, decode } from "./postcard.mjs";
import * as types from "./types.mjs";

const PAGE = "http://localhost:4321";
const CALL_SECONDS = 20;

/** The server has refused, which is not the same as being away. */
export class Refused extends Error {}

/**
 * @param {string} url @param {string} path @param {Buffer} body @param {Record<string, string>} headers
 * @returns {Promise<Buffer>}
 */
async function post(url, path, body, headers) {
  const response = await fetch(`${url}/api/${path}`, {
    method: "POST",
    body: new Uint8Array(body),
    headers: { "content-type": "application/x-postcard", accept: "application/x-postcard", ...headers },
    redirect: "manual",
    signal: AbortSignal.timeout(CALL_SECONDS * 1000),
  });
  const answer = Buffer.from(await response.arrayBuffer());
  if (response.ok) return answer;
  let told = answer.toString();
  try {
    told = decode(types.error, answer).message;
  } catch {
    // It is told as it came.
  }
  // While the database is away the server says so, and the widget tries again.
  if (response.status >= 500) throw new Error(`${path}: ${response.status} ${told}`);
  throw new Refused(`${path}: ${response.status} ${told}`);
}

/** A socket that remembers which events it has seen, over all of its lives. */
export class Socket {
  /** @param {string} path @param {Record<string, string>} headers @param {string | undefined} token @param {number} after */
  constructor(path, headers, token, after) {
    this.path = path;
    this.headers = headers;
    this.token = token;
    /** Number of the last event that was seen. */
    this.sequence = after;
    /** @type {{ sequence: number, event: any }[]} */
    this.events = [];
    /** @type {string[]} */
    this.faults = [];
    /** @type {WebSocket | undefined} */
    this.line = undefined;
  }

  /** Connects and waits until everything that was missed has come. @param {string} url */
  open(url) {
    return new Promise((ready, failed) => {
      const line = new WebSocket(`${url.replace("http", "ws")}${this.path}?v=1`, { headers: this.headers });
      this.line = line;
      line.on("error", failed);
      line.on("close", () => failed(new Error(`${this.path} closed`)));
      line.on("open", () => {
        const hello = new Writer().varint(0);
        hello.option(this.token, (token) => hello.string(token));
        hello.option(this.sequence, (sequence) => hello.varint(sequence));
        line.send(hello.done());
      });
      line.on("message", (/** @type {Buffer} */ bytes) => {
        const frame = decode(types.serverFrame, bytes);
        if (frame.kind === "Ready") ready(undefined);
        else if (frame.kind === "Reload" || frame.kind === "Refused") {
          this.faults.push(`${this.path} was told ${JSON.stringify(frame)}`);
        } else if (frame.kind === "Event") {
          if (frame.sequence <= this.sequence) {
            this.faults.push(`${this.path} got event ${frame.sequence} after ${this.sequence}`);
          }
          this.sequence = frame.sequence;
          this.events.push({ sequence: frame.sequence, event: frame.event });
        }
      });
    });
  }

  isOpen() {
    return this.line?.readyState === WebSocket.OPEN;
  }

  close() {
    this.line?.removeAllListeners();
    this.line?.on("error", () => {});
    this.line?.terminate();
  }

  /** Ids of the contact's messages, in the order of their events. @returns {string[]} */
  created() {
    return this.events
      .filter(({ event }) => event.kind === "MessageCreated" && event.message.sender === "contact")
      .map(({ event }) => event.message.id);
  }
}

/**
 * @typedef {{ clientId: string, content: string, id?: string }} Sent a message, with its id once it was acknowledged
 */

export class Visitor {
  /** @param {string} widget @param {string} name */
  constructor(widget, name) {
    this.widget = widget;
    this.name = name;
    this.token = "";
    /** @type {Sent[]} */
    this.sent = [];
    /** @type {Socket | undefined} */
    this.socket = undefined;
  }

  headers() {
    return { origin: PAGE, ...(this.token && { authorization: `Bearer ${this.token}` }) };
  }

  /** @param {string} url */
  async visit(url) {
    const body = new Writer().uuid(this.widget).done();
    this.token = decode(types.visitorSession, await post(url, "widget/visit", body, this.headers())).token;
  }

  /** Writes the next message; it is kept before it leaves. */
  write() {
    const message = { clientId: randomUUID(), content: `${this.name} says ${this.sent.length + 1}` };
    this.sent.push(message);
    return message;
  }

  /** Sends a message, for the first time or again. @param {string} url @param {Sent} message */
  async send(url, message) {
    const body = new Writer().uuid(message.clientId).string(message.content);
    body.string(`${PAGE}/crash`).string("Crash").string("en");
    const { message: stored } = decode(types.sentMessage, await post(url, "widget/send", body.done(), this.headers()));
    if (message.id !== undefined && message.id !== stored.id) {
      throw new Refused(`${message.content} was stored twice: ${message.id} and ${stored.id}`);
    }
    message.id = stored.id;
  }

  /** Everything that the conversation holds. @param {string} url @returns {Promise<{ messages: any[], sequence: number }>} */
  async conversation(url) {
    const found = decode(types.visitorConversation, await post(url, "widget/conversation", Buffer.alloc(0), this.headers()));
    if (!found) return { messages: [], sequence: 0 };
    let all = found.messages;
    for (let hasOlder = found.hasOlder; hasOlder; ) {
      const body = new Writer().uuid(all[0].id).done();
      const older = decode(types.messages, await post(url, "widget/older", body, this.headers()));
      hasOlder = older.length > 0;
      all = [...older, ...all];
    }
    return { messages: all, sequence: found.sequence };
  }

  /** Follows the conversation from here on. @param {string} url */
  async follow(url) {
    const { sequence } = await this.conversation(url);
    this.socket = new Socket("/ws/widget", { origin: PAGE }, this.token, sequence);
    await this.socket.open(url);
  }
}

export class Agent {
  cookies = "";
  /** @type {Socket | undefined} */
  socket = undefined;

  /** @param {string} url @param {{ email: string, password: string }} login */
  async signIn(url, { email, password }) {
    const response = await fetch(`${url}/api/accounts/login`, {
      method: "POST",
      body: new URLSearchParams({ email, password, next: "" }),
      headers: { origin: url },
      redirect: "manual",
    });
    this.cookies = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
    if (!this.cookies) throw new Error(`signing in failed: ${response.status} ${await response.text()}`);
  }

  /** The tenant's event number. @param {string} url @returns {Promise<number>} */
  async sequence(url) {
    // View "all", no search, from the beginning.
    const body = new Writer().varint(2).string("").option(undefined, () => {}).done();
    const page = decode(types.conversationPage, await post(url, "inbox/list", body, { origin: url, cookie: this.cookies }));
    return page.sequence;
  }

  /** Follows the inbox from here on. @param {string} url */
  async follow(url) {
    this.socket = new Socket("/ws", { origin: url, cookie: this.cookies }, undefined, await this.sequence(url));
    await this.socket.open(url);
  }
}
