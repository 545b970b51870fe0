// Somebody turns two-step sign-in on, is shown the backup codes, and gets in with one of them.
import { createHmac } from "node:crypto";
import { openForm, openPage, register } from "../support/dashboard";
import { expect, test } from "../support/test";

test("two-step sign-in is turned on, and a backup code lets in", async ({ page, somebody }) => {
  const owner = await register(page, "Two Steps");
  await openPage(page, "/settings/account");
  const factor = page.getByTestId("second-factor");
  await factor.getByRole("button", { name: "Set up" }).click();
  await factor.locator("input[name=password]").fill(owner.password);
  await factor.getByRole("button", { name: "Go on" }).click();
  const key = (await factor.getByTestId("factor-key").innerText()).trim();
  await factor.locator("input[name=code]").fill(codeOf(key));
  await factor.getByRole("button", { name: "Turn on" }).click();

  const codes = factor.getByTestId("backup-codes").getByRole("listitem");
  await expect(codes).toHaveCount(10);
  const [backup] = await codes.allInnerTexts();
  await factor.getByRole("button", { name: "I have kept them" }).click();
  await expect(factor).toContainText("10 backup codes are left");

  await test.step("a change beside it leaves the page as it is", async () => {
    await page.getByLabel("Current password").fill("half typed");
    await page.getByLabel("Your name").fill("Tessa Two");
    await page.getByRole("button", { name: "Change the name" }).click();
    await expect(page.getByText("Changed", { exact: true })).toBeVisible();
    await expect(page.getByLabel("Current password")).toHaveValue("half typed");
  });

  await test.step("another browser needs a code", async () => {
    const other = await somebody();
    await openForm(other, "/login");
    await other.getByLabel("E-mail").fill(owner.email);
    await other.getByLabel("Password").fill(owner.password);
    await other.getByRole("button", { name: "Sign in", exact: true }).click();
    await other.getByLabel("Code").fill(backup ?? "");
    await other.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(other).toHaveURL(/\/(inbox|onboarding)/);
  });
});

/** The six digits of now for a key in base 32 (RFC 6238: SHA-1, thirty seconds). */
function codeOf(key: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...key.replace(/[\s=]/g, "")].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", secret).update(counter).digest();
  const at = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
