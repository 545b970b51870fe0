// One worker, no second tries: the tests share one server, and what works sometimes does not work.
import { defineConfig } from "@playwright/test";
import { findBrowser } from "./support/browser";

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  globalSetup: "./support/setup.ts",
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  globalTimeout: 15 * 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["html", { outputFolder: "report/html", open: "never" }]],
  use: {
    // Set by the global setup, before the workers read this file.
    baseURL: process.env.OMNICHAT_TEST_URL,
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    colorScheme: "light",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: findBrowser(),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
