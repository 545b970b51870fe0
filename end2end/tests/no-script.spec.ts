// Without JavaScript (or before it has arrived) the forms work and say what is wrong.
import { newOwner } from "../support/dashboard";
import { expect, test } from "../support/test";

test.use({ javaScriptEnabled: false });

test("log in and out", async ({ page, demo, watch }) => {
  watch.expect(/status of 401/);
  await page.goto("/knowledge");
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel("E-mail").fill(demo.agent.email);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText(/e-mail or password/i);
  await expect(page).toHaveURL(/\/login/);

  await page.getByLabel("E-mail").fill(demo.agent.email);
  await page.getByLabel("Password").fill(demo.agent.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await test.step("on to where one wanted to go, rendered by the server", async () => {
    await expect(page).toHaveURL(/\/knowledge$/);
    await expect(page.getByTestId("source-row").filter({ hasText: "Delivery" })).toBeVisible();
  });
  await page.goto("/inbox");
  await expect(page.getByRole("navigation", { name: "Views" })).toBeVisible();

  await page.getByRole("button", { name: "Account of Ana Ruiz" }).click();
  await page.getByRole("button", { name: "Log out" }).click();
  await expect(page).toHaveURL(/\/login$/);
  await page.goto("/inbox");
  await expect(page).toHaveURL(/\/login$/);
});

test("register, and be told what is wrong", async ({ page, demo, watch }) => {
  watch.expect(/status of 409/, /status of 422/);
  const owner = newOwner("No Script Shop");
  const fill = async (email: string) => {
    await page.getByLabel("Business").fill(owner.business);
    await page.getByLabel("Your name").fill(owner.name);
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill(owner.password);
    await page.getByRole("button", { name: "Open the account" }).click();
  };
  await page.goto("/register");
  await fill(demo.owner.email);
  await expect(page.getByText(/already|has an account/i)).toBeVisible();
  await expect(page.getByRole("link", { name: "Sign in instead" })).toBeVisible();

  await fill(owner.email);
  await expect(page).toHaveURL(/\/onboarding/);
  await expect(page.getByRole("heading", { name: "What is your business?" })).toBeVisible();

  await test.step("the business and pasted text can be given as well", async () => {
    await page.getByLabel("What do you do?").fill("Paper, and nothing that runs.");
    await page.getByRole("button", { name: "Save and go on" }).click();
    await page.goto("/onboarding?step=1");
    await expect(page.getByLabel("What do you do?")).toHaveValue("Paper, and nothing that runs.");
    await page.goto("/onboarding?step=3");
    await page.getByLabel("Title").fill("Paper");
    await page.getByLabel("Text", { exact: true }).fill("Our paper weighs 120 grams.");
    await page.getByRole("button", { name: "Add the text" }).click();
    await page.goto("/onboarding?step=3");
    await expect(page.getByTestId("source-row").filter({ hasText: "Paper" })).toBeVisible();
  });
});
