// Starts the built server on a port and a data folder of its own, and stops it.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");

const START_SECONDS = 120;
const STOP_SECONDS = 20;

/**
 * @typedef {{ email: string, password: string }} Login
 * @typedef {{ widget: string, owner: Login, agent: Login }} Demo
 */

/** @param {number} milliseconds */
export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** @returns {Promise<number>} a port that nobody listens on */
export function freePort() {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? found(address.port) : failed(new Error("no port"))));
    });
  });
}

/**
 * A fresh folder. Under root PostgreSQL runs as a user of its own, who must be able to walk to it; its socket's path must be short.
 * @returns {string}
 */
export function makeDataFolder() {
  if (process.getuid?.() !== 0) return mkdtempSync(join(tmpdir(), "omnichat-"));
  mkdirSync("/var/lib/omnichat", { recursive: true });
  const folder = mkdtempSync("/var/lib/omnichat/test-");
  chmodSync(folder, 0o711);
  return folder;
}

/** @returns {string} the executable under test: OMNICHAT_BIN, else the release build of this checkout */
function findBinary() {
  const named = process.env.OMNICHAT_BIN;
  const path = named ? resolve(named) : join(targetFolder(), "release", "omnichat");
  if (!existsSync(path)) throw new Error(`There is no server at ${path}. Run \`cargo xtask build\`, or set OMNICHAT_BIN.`);
  return path;
}

function targetFolder() {
  const answer = execFileSync("cargo", ["metadata", "--no-deps", "--format-version", "1"], {
    cwd: ROOT,
    maxBuffer: 64 * 1024 * 1024,
  });
  return /** @type {string} */ (JSON.parse(answer.toString()).target_directory);
}

/** The environment without settings that somebody has set for a server of their own. */
function environment() {
  const parts = ["OMNICHAT_ONNXRUNTIME", "OMNICHAT_PDFIUM", "OMNICHAT_MODEL_DIR", "OMNICHAT_POSTGRES_DIR"];
  const kept = Object.entries(process.env).filter(
    ([name]) => parts.includes(name) || !/^(OMNICHAT_|DATABASE_)/.test(name),
  );
  return Object.fromEntries(kept);
}

export class Server {
  /** @param {{ dataDir?: string, port: number, options?: string[], log: string }} settings */
  constructor(settings) {
    this.port = settings.port;
    this.dataDir = settings.dataDir ?? makeDataFolder();
    this.url = `http://127.0.0.1:${settings.port}`;
    this.options = settings.options ?? [];
    this.log = settings.log;
    /** @type {import("node:child_process").ChildProcess | undefined} */
    this.child = undefined;
    /** @type {Promise<string>} */
    this.ended = Promise.resolve("never started");
    this.isRunning = false;
  }

  /** Starts the server and waits until it answers. */
  async start() {
    const output = openSync(this.log, "a");
    const flags = ["--demo", "--listen", `127.0.0.1:${this.port}`, "--data-dir", this.dataDir, ...this.options];
    const child = spawn(findBinary(), ["serve", ...flags], {
      cwd: ROOT,
      env: environment(),
      stdio: ["ignore", output, output],
    });
    closeSync(output);
    this.child = child;
    this.isRunning = true;
    this.ended = new Promise((ended) => {
      const end = (/** @type {string} */ how) => {
        this.isRunning = false;
        ended(how);
      };
      child.once("exit", (code, signal) => end(signal ?? `exit code ${code}`));
      child.once("error", (error) => end(String(error)));
    });
    const deadline = Date.now() + START_SECONDS * 1000;
    while (!(await this.isReady())) {
      if (!this.isRunning) throw new Error(`The server ended: ${await this.ended}.\n${this.tail()}`);
      if (Date.now() > deadline) throw new Error(`The server is not ready after ${START_SECONDS} s.\n${this.tail()}`);
      await pause(50);
    }
  }

  async isReady() {
    try {
      return (await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(5000) })).ok;
    } catch {
      return false;
    }
  }

  /** @returns {Demo} how to sign in to the demo business */
  demo() {
    return JSON.parse(readFileSync(join(this.dataDir, "demo.json"), "utf8"));
  }

  /** Pulls the plug. */
  async kill() {
    this.child?.kill("SIGKILL");
    await this.ended;
  }

  /** Stops it as an operator does. */
  async stop() {
    if (!this.isRunning) return;
    this.child?.kill("SIGTERM");
    const forced = setTimeout(() => this.child?.kill("SIGKILL"), STOP_SECONDS * 1000);
    await this.ended;
    clearTimeout(forced);
  }

  /** Removes what it has stored. */
  clean() {
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** The end of what it printed. */
  tail() {
    return existsSync(this.log) ? readFileSync(this.log, "utf8").split("\n").slice(-40).join("\n") : "";
  }
}
