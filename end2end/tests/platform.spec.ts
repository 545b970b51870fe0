// Whoever runs the platform opens a business, helps in it, and suspends it.
import { expectAccessible } from "../support/axe";
import { openPage, register, signIn } from "../support/dashboard";
import { expect, test } from "../support/test";

test("a business is opened, helped in, suspended and let work again", async ({ page, somebody, demo, watch }) => {
  const owner = await somebody();
  const { email, business } = await register(owner, "Tansy & Thyme");
  await signIn(page, demo.owner);
  await openPage(page, "/admin");
  await expectAccessible(page, "businesses");

  await test.step("one is opened for somebody", async () => {
    const name = `Yarrow ${Date.now()}`;
    await page.getByText("Open a business").click();
    await page.getByLabel("Business", { exact: true }).fill(name);
    await page.getByLabel("Owner’s name").fill("Yara");
    await page.getByLabel("Owner’s e-mail").fill(`yara-${Date.now()}@yarrow.example`);
    await page.getByRole("button", { name: "Open the business" }).click();
    await expect(page.getByText(name).first()).toBeVisible();
  });

  await test.step("the admin works as its owner, seen by all, and comes back", async () => {
    await openPage(page, `/admin?q=${encodeURIComponent(email)}`);
    await page.getByTestId("tenant-row").getByRole("link", { name: business }).click();
    await expect(page.getByRole("heading", { name: business })).toBeVisible();
    await expectAccessible(page, "business");
    await page.getByRole("button", { name: "Work as Mika Berg" }).click();
    await expect(page.getByText(`You work as Mika Berg in ${business}.`)).toBeVisible();
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await expect(page.getByText(`You work as Mika Berg`)).toHaveCount(0);
    await openPage(owner, "/settings/audit");
    await expect(owner.locator("main")).toContainText(/worked? as|work as/i);
  });

  await test.step("suspended, nobody works there; resumed, they do", async () => {
    watch.expect(/status of 40[13]/);
    await openPage(page, `/admin?q=${encodeURIComponent(email)}`);
    await page.getByTestId("tenant-row").getByRole("link", { name: business }).click();
    await page.getByLabel("Reason").fill("Unpaid bills");
    await page.getByRole("button", { name: "Suspend the business" }).click();
    await expect(page.getByText(/Suspended since .*Unpaid bills/)).toBeVisible();
    await owner.goto("/inbox");
    await expect(owner).toHaveURL(/\/login/);
    await page.getByRole("button", { name: "Let it work again" }).click();
    await expect(page.getByRole("button", { name: "Suspend the business" })).toBeVisible();
  });
});
