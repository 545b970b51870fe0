// A business lets its people sign in through their company's own sign-in.
import type { Page } from "@playwright/test";
import { openForm, openPage, register } from "../support/dashboard";
import { Sso } from "../support/sso";
import { expect, test } from "../support/test";

const HERE = process.env.OMNICHAT_TEST_URL ?? "";

/** Signs in at the company, whose page this is. */
async function letMeIn(page: Page, email: string) {
  await expect(page.getByRole("heading", { name: "Larkspur sign-in" })).toBeVisible();
  await page.getByLabel("Work e-mail").fill(email);
  await page.getByRole("button", { name: "Let me in" }).click();
}

test("people come in through their company", async ({ page, somebody, watch }) => {
  const owner = await register(page, "Larkspur & Sons");
  const sso = await Sso.open(`${HERE}/sso/callback`);
  sso.people.set("nina@larkspur.example", { name: "Nina Neu", verified: true });
  sso.people.set("udo@larkspur.example", { name: "Udo", verified: false });
  sso.people.set("eva@elsewhere.example", { name: "Eva", verified: true });
  sso.people.set(owner.email, { name: "Mika", verified: true });
  let link = "";

  await test.step("the owner sets the provider up", async () => {
    await openPage(page, "/settings/sign-in");
    await expect(page.getByLabel("Redirect URI")).toHaveValue(`${HERE}/sso/callback`);
    link = await page.getByLabel("Sign-in link of your business").inputValue();
    expect(link).toContain(`${HERE}/sso/larkspur-sons-`);

    watch.expect(/status of 422/);
    await page.getByLabel("Address", { exact: true }).fill("http://169.254.169.254");
    await page.getByRole("button", { name: "Test" }).click();
    await expect(page.getByText("This address is in a private network.")).toBeVisible();
    await page.getByLabel("Address", { exact: true }).fill(`${sso.url}/other`);
    await page.getByRole("button", { name: "Test" }).click();
    await expect(page.getByText("answers with status 404")).toBeVisible();
    await page.getByLabel("Address", { exact: true }).fill(sso.url);
    await page.getByRole("button", { name: "Test" }).click();
    await expect(page.getByText("The provider answers. People sign in at localhost")).toBeVisible();

    await page.getByLabel("Client id").fill(sso.clientId);
    await page.getByLabel("Client secret").fill(sso.clientSecret);
    await page.getByLabel("E-mail domains").fill("Larkspur.example");
    await page.getByRole("radio", { name: "Viewer" }).check();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByText("Saved", { exact: true })).toBeVisible();
    await page.reload();
    await expect(page.getByLabel("Client id")).toHaveValue(sso.clientId);
    await expect(page.getByLabel("Client secret")).toHaveValue("");
    await expect(page.getByLabel("E-mail domains")).toHaveValue("larkspur.example");
  });

  await test.step("somebody new comes in by the name of the business", async () => {
    const nina = await somebody();
    await nina.goto("/login");
    await nina.getByRole("link", { name: "Sign in with your company" }).click();
    await openForm(nina, "/sso");
    await nina.getByLabel("Short name").fill("no-such-business");
    await nina.getByRole("button", { name: "Go on" }).click();
    await expect(nina.getByRole("alert")).toContainText("No sign-in through a company was found");

    await openForm(nina, "/sso?next=/knowledge");
    await nina.getByLabel("Short name").fill(link);
    await nina.getByRole("button", { name: "Go on" }).click();
    await letMeIn(nina, "nina@larkspur.example");
    await expect(nina).toHaveURL(`${HERE}/knowledge`);
    await expect(nina.getByRole("button", { name: "Account of Nina Neu" })).toBeVisible();

    await nina.goto("/settings/account");
    watch.expect(/status of 403/);
    await expect(nina.getByText("You signed in through your company.").first()).toBeVisible();
  });

  const refused = async (email: string, words: string) => {
    const guest = await somebody();
    await guest.goto(link);
    await letMeIn(guest, email);
    await expect(guest.getByRole("alert")).toContainText(words);
    await guest.goto("/inbox");
    await expect(guest).toHaveURL(/\/login$/);
  };

  await test.step("whoever may not come in is told why", async () => {
    watch.expect(/status of 401/);
    await refused("udo@larkspur.example", "verified");
    await refused("eva@elsewhere.example", "invitation");
    await refused("nobody@larkspur.example", "did not let you in");
  });

  await test.step("the owner is recognised by the address", async () => {
    const again = await somebody();
    await again.goto(link);
    await letMeIn(again, owner.email);
    await expect(again).toHaveURL(`${HERE}/inbox`);
    await expect(again.getByRole("button", { name: `Account of ${owner.name}` })).toBeVisible();
  });

  await test.step("with the provider go those who came in through it", async () => {
    await page.getByRole("button", { name: "Remove the provider" }).click();
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await expect(page.getByLabel("Client id")).toHaveValue("");
    const late = await somebody();
    await late.goto(link);
    await expect(late.getByRole("alert")).toContainText("No sign-in through a company was found");
  });
  await sso.close();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the page says where to go", async ({ page }) => {
    await page.goto("/sso");
    await page.getByLabel("Short name").fill("larkspur-sons-123456");
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("link", { name: "Go to your company's sign-in" }).click();
    await expect(page.getByRole("alert")).toContainText("No sign-in through a company was found");
  });
});
