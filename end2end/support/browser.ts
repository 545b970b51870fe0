import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The Chromium named by OMNICHAT_CHROMIUM, else one in PATH, else none: then Playwright takes its own. */
export function findBrowser(): string | undefined {
  if (process.env.OMNICHAT_CHROMIUM) return process.env.OMNICHAT_CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path));
}
