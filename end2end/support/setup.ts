// Before all tests: one server with the demo business. After them: it is stopped and what it stored is removed.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ROOT, Server, freePort } from "./server.mjs";

export const REPORT = join(ROOT, "end2end", "report");

export default async function setup() {
  mkdirSync(REPORT, { recursive: true });
  const log = join(REPORT, "server.log");
  rmSync(log, { force: true });
  const server = new Server({
    port: await freePort(),
    options: [
      // The model, the provider and the website of the tests are on this machine, each on a port of its own.
      "--allow-private-hosts=127.0.0.1:*,localhost:*",
      "--crawl-private-hosts=127.0.0.1:*",
      // Every visitor of the tests comes from one address.
      "--new-conversations-per-minute=0",
    ],
    log,
  });
  const started = Date.now();
  try {
    await server.start();
  } catch (problem) {
    await server.kill();
    server.clean();
    throw problem;
  }
  console.log(`The server answers after ${Date.now() - started} ms.`);
  process.env.OMNICHAT_TEST_URL = server.url;
  process.env.OMNICHAT_TEST_DEMO = JSON.stringify(server.demo());
  return async () => {
    await server.stop();
    server.clean();
  };
}
