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
const server = new Server({ port: await freePort(), log, options: ["--requests-per-minute=0", "--visitor-messages-per-minute=0", "--new-conversations-per-minute=0", "--network-connections=0"] });

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

/**
 * Waits for what should happen by itself; when it does not, the checks tell.
 * @param {() => boolean | Promise<boolean>} happened
 */
async function until(happened, milliseconds = 5000) {
  const deadline = Date.now() + milliseconds;
  while (!(await happened()) && Date.now() < deadline) await pause(20);
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

/**
 * @param {string} name
 * @param {{ pull: () => Promise<void>, comeBack: () => Promise<void> }} plug what is pulled, and what is waited for
 */
async function round(name, { pull, comeBack }) {
  const { widget, agent: login } = server.demo();
  const agent = new Agent();
  await agent.signIn(server.url, login);
  await agent.follow(server.url);
  const from = agent.socket?.sequence ?? 0;
  const visitors = Array.from({ length: VISITORS }, (_, place) => new Visitor(widget, `${name} ${place + 1}`));
  await Promise.all(visitors.map((visitor) => visitor.visit(server.url)));

  const streams = Promise.all(visitors.map(stream));
  while (acknowledged(visitors) < PLUG) await pause(1);
  await pull();
  await streams;
  const before = acknowledged(visitors);
  const open = visitors.flatMap(({ sent }) => sent).length - before;
  check(open > 0, `${name}: nothing was under way when the plug was pulled`);

  const started = Date.now();
  await comeBack();
  const back = Date.now() - started;
  // Some sockets come back before the words that wait are sent, some after them: both have missed something. One that
  // the crash has not cut stays as it is, and must hear everything all the same.
  const people = [agent, ...visitors];
  const comeBackTo = (/** @type {number} */ rest) =>
    people.filter((_, place) => place % 2 === rest).map(({ socket }) => (socket?.isOpen() ? undefined : socket?.open(server.url)));
  await Promise.all(comeBackTo(0));
  await Promise.all(visitors.map(retry));
  await Promise.all(comeBackTo(1));
  for (const visitor of visitors) {
    if (!visitor.socket) await visitor.follow(server.url);
  }
  await Promise.all(visitors.map(verify));
  await verifyInbox(agent, visitors, from);
  for (const { socket } of [agent, ...visitors]) socket?.close();
  const verdict = faults.length === 0 ? "each once and in order" : "with faults";
  console.log(
    `${name}: ${before} acknowledged and ${open} under way when the plug was pulled; back after ${back} ms; ` +
      `${acknowledged(visitors)} messages of ${VISITORS} visitors, ${verdict}`,
  );
}

try {
  await server.start();
  await round("kill -9 of the server", { pull: () => server.kill(), comeBack: () => server.start() });
  await round("kill -9 of PostgreSQL", {
    pull: async () => void process.kill(postmaster(), "SIGKILL"),
    // The server starts its database again by itself.
    comeBack: async () => {
      await until(async () => !(await server.isReady()));
      await until(() => server.isReady(), 60_000);
      check(server.isRunning, "the server has ended with its database");
    },
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
