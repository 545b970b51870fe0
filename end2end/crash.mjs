// Pulls the plug of the server, and then of its database, in the middle of a stream of messages. Afterwards every
// message that was acknowledged is there exactly once and in order, one that was not can be sent again safely, and
// every socket that comes back gets exactly the events that it has missed. The exit code says whether that is so.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Agent, Refused, Visitor } from "./crash/client.mjs";
import { ROOT, Server, freePort, pause } from "./support/server.mjs";

const VISITORS = 10;
/** Messages of each visitor; the server takes 60 a minute, tries that failed included. */
const MESSAGES = 30;
/** Acknowledged messages after which the plug is pulled. */
const PLUG = 120;

/** @type {string[]} */
const faults = [];
/** @param {boolean} holds @param {string} fault */
const check = (holds, fault) => void (holds || faults.push(fault));

const report = join(ROOT, "end2end/report");
mkdirSync(report, { recursive: true });
const log = join(report, "crash.log");
rmSync(log, { force: true });
const server = new Server({ port: await freePort(), log, options: ["--requests-per-minute", "0"] });

/** @param {Visitor[]} visitors */
const acknowledged = (visitors) => visitors.flatMap(({ sent }) => sent).filter(({ id }) => id !== undefined).length;

/** Sends one message after the other until all are sent, or the server is away. @param {Visitor} visitor */
async function stream(visitor) {
  while (visitor.sent.length < MESSAGES) {
    const message = visitor.write();
    try {
      await visitor.send(server.url, message);
      visitor.socket ?? (await visitor.follow(server.url));
    } catch (problem) {
      if (problem instanceof Refused) throw problem;
      return;
    }
  }
}

/** What the widget does when it is back: the words that wait leave in order, with the ids they had. @param {Visitor} visitor */
async function retry(visitor) {
  const last = visitor.sent.findLast(({ id }) => id !== undefined);
  // The answer may have been lost after the message was stored: once more must do no harm.
  if (last) await visitor.send(server.url, last);
  for (const message of visitor.sent) {
    if (message.id === undefined) await visitor.send(server.url, message);
  }
  while (visitor.sent.length < MESSAGES) await visitor.send(server.url, visitor.write());
}

/** @param {Visitor} visitor */
async function verify(visitor) {
  const { messages } = await visitor.conversation(server.url);
  const own = messages.filter(({ sender }) => sender === "contact");
  const wanted = visitor.sent.map(({ content }) => content).join("\n");
  check(own.map(({ content }) => content).join("\n") === wanted, `${visitor.name}: stored are ${own.map((m) => m.content)}`);
  const ids = visitor.sent.map(({ id }) => id).join();
  check(own.map(({ id }) => id).join() === ids, `${visitor.name}: an acknowledged message has another id`);
  const answers = messages.filter(({ sender }) => sender === "ai").map(({ clientId }) => clientId);
  check(new Set(answers).size === answers.length, `${visitor.name}: a question was answered twice`);
  const { socket } = visitor;
  if (!socket) return check(false, `${visitor.name} never had a socket`);
  // Its first message came before the socket.
  await until(() => socket.created().length >= own.length - 1);
  const heard = socket.created();
  check(heard.join() === own.slice(-heard.length).map(({ id }) => id).join(), `${visitor.name}: the socket heard other messages`);
  check(heard.length >= own.length - 1, `${visitor.name}: the socket heard ${heard.length} of ${own.length} messages`);
  faults.push(...socket.faults);
}

/** Waits for news that should be on their way; what does not come is told by the checks. @param {() => boolean} arrived */
async function until(arrived) {
  const deadline = Date.now() + 5000;
  while (!arrived() && Date.now() < deadline) await pause(20);
}

/** @param {Agent} agent @param {Visitor[]} visitors @param {number} from */
async function verifyInbox(agent, visitors, from) {
  const { socket } = agent;
  if (!socket) return check(false, "the inbox never had a socket");
  const sequence = await agent.sequence(server.url);
  await until(() => socket.sequence >= sequence);
  check(socket.sequence >= sequence, `the inbox heard nothing after event ${socket.sequence} of ${sequence}`);
  const numbers = socket.events.map(({ sequence }) => sequence);
  const gaps = numbers.filter((number, place) => number !== from + place + 1);
  check(gaps.length === 0, `the inbox has a gap or a repetition before event ${gaps[0]}`);
  const heard = socket.created();
  const all = new Set(visitors.flatMap(({ sent }) => sent).map(({ id }) => id));
  check(new Set(heard).size === heard.length, "the inbox heard a message twice");
  check(heard.length === all.size && heard.every((id) => all.has(id)), `the inbox heard ${heard.length} of ${all.size} messages`);
  faults.push(...socket.faults);
}

/** The process id of PostgreSQL's postmaster. */
const postmaster = () => Number(readFileSync(join(server.dataDir, "postgres/data/postmaster.pid"), "utf8").split("\n")[0]);

/** @param {string} name @param {() => Promise<void>} pull */
async function round(name, pull) {
  const { widget, agent: login } = server.demo();
  const agent = new Agent();
  await agent.signIn(server.url, login);
  await agent.follow(server.url);
  const from = agent.socket?.sequence ?? 0;
  const visitors = Array.from({ length: VISITORS }, (_, place) => new Visitor(widget, `${name} ${place + 1}`));
  await Promise.all(visitors.map((visitor) => visitor.visit(server.url)));

  const streams = Promise.all(visitors.map(stream));
  while (acknowledged(visitors) < PLUG) await pause(1);
  const sockets = [agent.socket, ...visitors.map(({ socket }) => socket)];
  await pull();
  await streams;
  const before = acknowledged(visitors);
  const open = visitors.flatMap(({ sent }) => sent).length - before;
  check(open > 0, `${name}: nothing was under way when the plug was pulled`);
  for (const socket of sockets) socket?.close();
  for (const { socket } of visitors) socket?.close();

  const started = Date.now();
  await server.start();
  const back = Date.now() - started;
  // Half of the sockets come back before the words that wait are sent, half of them after: both miss something.
  const returning = [agent, ...visitors].filter((_, place) => place % 2 === 0);
  const late = [agent, ...visitors].filter((_, place) => place % 2 === 1);
  await Promise.all(returning.map(({ socket }) => socket?.open(server.url)));
  await Promise.all(visitors.map(retry));
  await Promise.all(late.map(({ socket }) => socket?.open(server.url)));
  for (const visitor of visitors) {
    if (!visitor.socket) await visitor.follow(server.url);
  }
  await Promise.all(visitors.map(verify));
  await verifyInbox(agent, visitors, from);
  for (const { socket } of [agent, ...visitors]) socket?.close();
  console.log(
    `${name}: ${before} acknowledged and ${open} under way when the plug was pulled; back after ${back} ms; ` +
      `${acknowledged(visitors)} messages of ${VISITORS} visitors, each once and in order`,
  );
}

try {
  await server.start();
  await round("kill -9 of the server", () => server.kill());
  await round("kill -9 of PostgreSQL", async () => {
    process.kill(postmaster(), "SIGKILL");
    // Without its database the server ends, so that whoever watches it starts both again.
    const ended = await Promise.race([server.ended, pause(20_000).then(() => undefined)]);
    check(ended !== undefined, "the server goes on without its database");
    if (ended === undefined) await server.kill();
  });
} catch (problem) {
  faults.push(problem instanceof Error ? (problem.stack ?? problem.message) : String(problem));
} finally {
  await server.stop();
  server.clean();
}
for (const fault of faults) console.error(`FAULT ${fault}`);
console.log(faults.length === 0 ? "Nothing was lost and nothing was doubled." : `${faults.length} faults; the server's log is ${log}`);
process.exitCode = faults.length === 0 ? 0 : 1;
