// Mails go through a real mail server, encrypted, or not at all.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { ROOT, Server, freePort, makeDataFolder } from "../support/server.mjs";
import { type House, MailServer, house, log } from "../support/smtp";
import { expect, test } from "../support/test";

const PASSWORD = "seven lanterns in a row";

async function call(server: Server, path: string, body: Record<string, string>) {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.status, await answer.text()).toBeLessThan(300);
}

test("mails go through a real mail server, encrypted, and to no other", async ({ page }) => {
  test.setTimeout(120_000);
  const [folder, dataDir] = [makeDataFolder(), makeDataFolder()];
  const certificates: House = await house(folder);
  const email = `mika-${randomUUID().slice(0, 8)}@larkspur.example`;
  const file = join(ROOT, "end2end", "report", "mail-server.log");

  /** The product with a mail server, for as long as `story` takes. */
  const through = async (isImplicit: boolean, trusts: boolean, story: (server: Server, mail: MailServer) => Promise<void>) => {
    const mail = await MailServer.open(certificates, isImplicit);
    const options = ["--smtp-url", mail.url(isImplicit), "--mail-from", "Larkspur <no-reply@larkspur.example>"];
    if (trusts) options.push("--smtp-ca", certificates.caFile);
    const server = new Server({ port: await freePort(), dataDir, options, log: file });
    try {
      await server.start();
      await story(server, mail);
    } finally {
      await server.stop();
      await mail.close();
    }
  };

  try {
    await test.step("with STARTTLS a new owner confirms the address", () =>
      through(false, true, async (server, mail) => {
        await call(server, "/auth/register", { business: "Larkspur", name: "Mika", email, password: PASSWORD });
        await expect.poll(() => mail.mails.length, { timeout: 20_000 }).toBe(1);
        expect(mail.mails[0]).toMatchObject({ to: email, isEncrypted: true, user: mail.user });
        const link = /https?:\/\/\S+\/verify\?token=[\w-]+/.exec(mail.mails[0]?.text ?? "")?.[0] ?? "";
        // The link alone proves nothing: whoever registered the address signs in.
        await page.goto(link);
        await page.getByRole("link", { name: "Sign in and confirm" }).click();
        await expect(page.locator("form")).toHaveJSProperty("noValidate", true);
        await page.getByLabel("E-mail").fill(email);
        await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
        await page.getByRole("button", { name: "Sign in", exact: true }).click();
        await page.getByRole("button", { name: "This is my address" }).click();
        await expect(page.getByText("Your address is confirmed.")).toBeVisible();
      }));

    await test.step("encrypted from the first byte comes the way to a new password", () =>
      through(true, true, async (server, mail) => {
        await call(server, "/auth/password-reset", { email });
        await expect.poll(() => mail.mails.length, { timeout: 20_000 }).toBe(1);
        expect(mail.mails[0]).toMatchObject({ to: email, isEncrypted: true, user: mail.user });
        expect(mail.mails[0]?.text).toMatch(/\/reset\?token=[\w-]+/);
      }));

    await test.step("a server whose certificate nobody knows gets nothing, and is tried again", () =>
      through(true, false, async (server, mail) => {
        const before = log(file).length;
        await call(server, "/auth/password-reset", { email });
        await expect.poll(() => log(file).slice(before).match(/job failed/g)?.length ?? 0, { timeout: 30_000 }).toBeGreaterThan(1);
        expect(mail.mails).toEqual([]);
        expect(log(file)).not.toContain(mail.password);
      }));
  } finally {
    const end = new Server({ port: 0, dataDir, log: file });
    end.clean();
    new Server({ port: 0, dataDir: folder, log: file }).clean();
  }
});
