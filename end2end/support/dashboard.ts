// The dashboard as agents and owners use it.
import { expect, type Locator, type Page, type WebSocket } from "@playwright/test";
import { randomUUID } from "node:crypto";
import type { Login } from "./server.mjs";
import type { Sender } from "./widget";

export type Owner = Login & { business: string; name: string };

const server = () => process.env.OMNICHAT_TEST_URL ?? "";

/** Somebody who has never been here. */
export function newOwner(business: string): Owner {
  const unique = randomUUID().slice(0, 8);
  return { business, name: "Mika Berg", email: `mika-${unique}@larkspur.example`, password: "seven lanterns in a row" };
}

/** Posts a form as a page of the dashboard does; the page's context gets the cookies. */
async function post(page: Page, path: string, form: Record<string, string>) {
  const response = await page.request.post(path, { form, headers: { origin: server() }, maxRedirects: 0 });
  expect(response.status(), await response.text()).toBeLessThan(400);
}

/** Signs in without the screen, for stories that are not about it. */
export const signIn = (page: Page, { email, password }: Login) => post(page, "/api/accounts/login", { email, password });

/** Registers a business without the screen, and proves its owner's address. */
export async function register(page: Page, business: string): Promise<Owner> {
  const owner = newOwner(business);
  await post(page, "/api/accounts/register", { business, name: owner.name, email: owner.email, password: owner.password });
  const link = await mailed(page, owner.email, "/verify");
  await post(page, "/api/accounts/verify", { token: new URL(link).searchParams.get("token") ?? "" });
  return owner;
}

/** The link of the newest mail to an address whose link leads to `path`. */
export async function mailed(page: Page, address: string, path: string): Promise<string> {
  let link = "";
  await expect(async () => {
    const list = await (await page.request.get("/mailbox")).text();
    const entry = list.split("<li>").find((one) => one.includes(address) && one.includes("/mailbox/"));
    const mail = await (await page.request.get(/href="(\/mailbox\/[^"]+)"/.exec(entry ?? "")?.[1] ?? "/mailbox")).text();
    link = new RegExp(`https?://[^\\s"<]+${path}\\?token=[\\w-]+`).exec(mail)?.[0] ?? "";
    expect(link).not.toBe("");
  }).toPass({ timeout: 15_000 });
  return link;
}

/** Adds knowledge without the screen. */
export const teach = (page: Page, title: string, content: string) => post(page, "/api/knowledge/text", { title, content });

/** Waits until a page of the dashboard is hydrated and hears the news: what is clicked before that is lost. A line of
 * the page before it, which opened late and is closed again, does not count. */
export async function live(page: Page, come: () => Promise<unknown>) {
  const heard: WebSocket[] = [];
  const opened = (socket: WebSocket) => {
    if (new URL(socket.url()).pathname === "/ws") socket.once("framereceived", () => heard.push(socket));
  };
  page.on("websocket", opened);
  try {
    await come();
    await expect.poll(() => heard.some((socket) => !socket.isClosed()), { timeout: 20_000, intervals: [20, 50, 100] }).toBe(true);
  } finally {
    page.off("websocket", opened);
  }
}

/** Opens a page for signed-in users. */
export const openPage = (page: Page, path: string) => live(page, () => page.goto(path));

/** Opens the login or the register page, and waits until its form is hydrated. */
export async function openForm(page: Page, path: string) {
  await page.goto(path);
  await expect(page.locator("form")).toHaveJSProperty("noValidate", true);
}

/** The id of the business's widget, from the snippet that the settings show. */
export async function widgetOf(page: Page): Promise<{ id: string; snippet: string }> {
  await openPage(page, "/settings/widget");
  const snippet = (await page.getByTestId("snippet").innerText()).trim();
  return { id: /\/w\/([0-9a-f-]{36})\.js/.exec(snippet)?.[1] ?? "", snippet };
}

export const rows = (page: Page): Locator => page.getByTestId("conversation-row");

/** Messages of the open conversation. */
export const messages = (page: Page, sender?: Sender, isNote?: boolean): Locator => {
  const by = sender ? `[data-sender=${sender}]` : "";
  const note = isNote === undefined ? "" : `[data-note=${isNote}]`;
  return page.locator(`[data-testid=message]${by}${note}`);
};

export const composer = (page: Page): Locator => page.getByTestId("composer");

/** Opens the newest conversation whose row shows these words. */
export async function openConversation(page: Page, words: string) {
  await rows(page).filter({ hasText: words }).first().click();
  await expect(composer(page)).toBeVisible();
}

/** Replies in Markdown, and waits until the reply is in the log, formatted. */
export async function reply(page: Page, text: string) {
  await composer(page).fill(text);
  await composer(page).press("Enter");
  await expect(messages(page, "agent").filter({ hasText: text.replaceAll("**", "") })).toBeVisible();
}
