// Who works in a business: asked to come, given a role, and gone again.
import { expectAccessible } from "../support/axe";
import { mailed, openPage, register, signIn } from "../support/dashboard";
import { expect, test } from "../support/test";

const PASSWORD = "seven lanterns in a row";

test("somebody is invited, gets another role, and goes", async ({ page, somebody, watch }) => {
  const owner = await register(page, "Rowan & Rook");
  const address = owner.email.replace("mika", "nina");
  await openPage(page, "/settings/people");

  await test.step("a role of one's own", async () => {
    await page.getByRole("button", { name: "Make a role" }).click();
    const dialog = page.getByRole("dialog", { name: "Make a role" });
    await dialog.getByLabel("Name").fill("Librarian");
    await dialog.getByRole("checkbox", { name: "Teach the AI" }).check();
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("The role Librarian is saved.")).toBeVisible();
    await expectAccessible(page, "people");
  });

  const nina = await somebody();
  await test.step("the invited one comes in by the mail", async () => {
    await page.getByLabel("E-mail").fill(address);
    await page.getByRole("button", { name: "Invite", exact: true }).click();
    await expect(page.getByRole("button", { name: `Revoke the invitation of ${address}` })).toBeVisible();
    await nina.goto(await mailed(page, address, "/invitation"));
    await expect(nina.getByRole("heading", { name: "Join Rowan & Rook" })).toBeVisible();
    await expectAccessible(nina, "invitation");
    await nina.getByLabel("Your name").fill("Nina Neu");
    await nina.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await nina.getByRole("button", { name: "Join" }).click();
    await expect(nina.getByRole("button", { name: "Account of Nina Neu" })).toBeVisible();
  });

  await test.step("another role", async () => {
    await openPage(page, "/settings/people");
    await page.getByRole("button", { name: "Change role of Nina Neu" }).click();
    const dialog = page.getByRole("dialog", { name: "Role of Nina Neu" });
    await dialog.getByRole("radio", { name: "Viewer" }).check();
    await dialog.getByRole("button", { name: "Give this role" }).click();
    await expect(page.getByRole("row").filter({ hasText: "Nina Neu" })).toContainText("Viewer");
  });

  await test.step("whoever is removed is out at once", async () => {
    watch.expect(/status of 40[13]/);
    await page.getByRole("button", { name: "Remove Nina Neu" }).click();
    await page.getByRole("dialog", { name: "Remove Nina Neu?" }).getByRole("button", { name: "Remove" }).click();
    await expect(page.getByRole("row").filter({ hasText: "Nina Neu" })).toHaveCount(0);
    await nina.goto("/inbox");
    await expect(nina).toHaveURL(/\/login/);
  });
});

test("the pages about people, keys and sign-in are accessible", async ({ page, demo }) => {
  await signIn(page, demo.owner);
  for (const path of ["/settings/people", "/settings/api", "/settings/audit", "/settings/security", "/settings/sign-in", "/settings/account", "/settings/data"]) {
    await openPage(page, path);
    await expectAccessible(page, path);
  }
});
