// A language model for tests: it speaks the OpenAI protocol and does as it is told.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { freePort, pause } from "./server.mjs";

type Mood =
  /** Writes the answer word by word. */
  | "words"
  /** Takes the question and never says anything. */
  | "stall"
  /** Refuses with status 500. */
  | "fail"
  /** Begins, and the line breaks in the middle. */
  | "cut";

export type Asked = { path: string; authorization: string; body: { messages: { role: string; content: string }[]; model: string; stream?: boolean } };

export class Llm {
  mood: Mood = "words";
  answer = "";
  readonly asked: Asked[] = [];
  url = "";
  private server: Server | undefined;

  constructor(private readonly pauseBetweenWords = 60) {}

  static async open(answer: string): Promise<Llm> {
    const llm = new Llm();
    llm.answer = answer;
    const port = await freePort();
    llm.url = `http://127.0.0.1:${port}/v1`;
    llm.server = createServer((request, response) => void llm.handle(request, response));
    await new Promise<void>((listening) => llm.server?.listen(port, "127.0.0.1", listening));
    return llm;
  }

  /** The endpoint goes away: nobody listens there any more. */
  async close() {
    const { server } = this;
    this.server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((closed) => (server ? server.close(() => closed()) : closed()));
  }

  private async handle(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString() || "{}");
    this.asked.push({ path: request.url ?? "", authorization: request.headers.authorization ?? "", body });
    if (this.mood === "stall") return;
    if (this.mood === "fail") {
      response.writeHead(500, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message: "the model is on fire" } }));
      return;
    }
    const words = this.answer.match(/\S+\s*/g) ?? [];
    if (!body.stream) {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ choices: [{ index: 0, message: { role: "assistant", content: this.answer }, finish_reason: "stop" }] }));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const event = (delta: object, finish: string | null) =>
      response.write(`data: ${JSON.stringify({ id: "x", object: "chat.completion.chunk", model: body.model, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
    event({ role: "assistant", content: "" }, null);
    for (const [place, word] of words.entries()) {
      if (response.destroyed) return;
      if (this.mood === "cut" && place === Math.floor(words.length / 2)) {
        response.destroy();
        return;
      }
      event({ content: word }, null);
      await pause(this.pauseBetweenWords);
    }
    event({}, "stop");
    response.end("data: [DONE]\n\n");
  }
}
