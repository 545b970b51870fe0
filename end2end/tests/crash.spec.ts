// The crash test has a server of its own; it runs here as well, so that one command runs everything.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../support/server.mjs";
import { expect, test } from "../support/test";

test("kill -9 of the server and of the database loses nothing and doubles nothing", () => {
  test.setTimeout(180_000);
  const { status, stdout, stderr } = spawnSync(process.execPath, ["crash.mjs"], { cwd: join(ROOT, "end2end"), encoding: "utf8" });
  console.log(stdout);
  expect(status, stderr).toBe(0);
});
