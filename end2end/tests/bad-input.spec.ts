// What people get wrong: each is told in the screen, what was typed stays, nothing is half-done.
import { messages, composer, newOwner, openConversation, openForm, openPage, register, signIn, teach, widgetOf } from "../support/dashboard";
import { expect, test } from "../support/test";
import { Widget, snippetOf } from "../support/widget";

test("a wrong password", async ({ page, demo, watch }) => {
  watch.expect(/status of 401/);
  await openForm(page, "/login");
  await page.getByLabel("E-mail").fill(demo.agent.email);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText(/e-mail or password/i);
  await expect(page.getByLabel("E-mail")).toHaveValue(demo.agent.email);
  await expect(page).toHaveURL(/\/login$/);
});

test("fields are checked as they are left and when the form is sent", async ({ page }) => {
  await openForm(page, "/register");
  await page.getByLabel("E-mail").fill("mika@larkspur");
  await page.getByLabel("E-mail").blur();
  await expect(page.getByText("Enter a complete address")).toBeVisible();
  await page.getByLabel("E-mail").fill("mika@larkspur.example");
  await expect(page.getByText("Enter a complete address")).toHaveCount(0);
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Open the account" }).click();
  await expect(page.getByText("Enter the name of your business.")).toBeVisible();
  await expect(page.getByText("Use at least 10 characters.")).toBeVisible();
  await expect(page.getByLabel("Business")).toBeFocused();
});

test("an e-mail address that has an account", async ({ page, demo, watch }) => {
  watch.expect(/status of 409/);
  const owner = newOwner("Second Shop");
  await openForm(page, "/register");
  await page.getByLabel("Business").fill(owner.business);
  await page.getByLabel("Your name").fill(owner.name);
  await page.getByLabel("E-mail").fill(demo.owner.email.toUpperCase());
  await page.getByLabel("Password").fill(owner.password);
  await page.getByRole("button", { name: "Open the account" }).click();
  await expect(page.getByText(/already|has an account/i)).toBeVisible();
  await expect(page.getByRole("link", { name: "Sign in instead" })).toBeVisible();
  await expect(page.getByLabel("Business")).toHaveValue(owner.business);
});

test("a page on a domain that is not allowed", async ({ page, somebody, site, watch }) => {
  watch.expect(/status of 403/);
  const owner = await somebody();
  await register(owner, "Only At Home");
  const { snippet } = await widgetOf(owner);
  await owner.getByLabel("Allowed domains").fill("https://www.larkspur.example/shop");
  await owner.getByLabel("Allowed domains").blur();
  await expect(owner.getByLabel("Allowed domains")).toHaveValue("www.larkspur.example");
  await owner.getByRole("button", { name: "Save", exact: true }).click();
  await expect(owner.getByText("Saved", { exact: true })).toBeVisible();

  const widget = new Widget(page);
  await page.goto((await site(snippet)).url);
  await widget.launcher.click();
  await expect(widget.trouble).toContainText("This chat may not be used on this website.");
  await owner.reload();
  await expect(owner.getByTestId("installed")).toHaveAttribute("data-installed", "false");
});

test("a snippet with an unknown widget says so in the console", async ({ page, site, baseURL, watch }) => {
  watch.expect(/Omnichat: /);
  const { url } = await site(snippetOf(baseURL ?? "", "01890000-0000-7000-8000-000000000000"));
  const [complaint] = await Promise.all([page.waitForEvent("console"), page.goto(url)]);
  expect(complaint.text()).toMatch(/^Omnichat: .*(does not exist|not yours|no such|copy the snippet)/i);
  await expect(page.locator("omnichat-widget")).toHaveCount(0);
});

test("a message of 100,000 characters is kept and told, on both sides", async ({ page, somebody, demo }) => {
  const long = "So many words. ".repeat(6667).slice(0, 100_000);
  const widget = new Widget(page);
  await page.goto("/shop");
  await widget.open();
  await widget.write("A short one first.");
  await widget.composer.fill(long);
  await widget.composer.press("Enter");
  await expect(widget.panel).toContainText("The limit is 10,000 characters.");
  await expect(widget.panel).toContainText("100000 / 10000");
  await expect(widget.composer).toHaveValue(long);
  await expect(widget.composer).toHaveAttribute("aria-invalid", "true");
  await expect(widget.messages("contact")).toHaveCount(1);
  await widget.composer.fill("   \n ");
  await widget.composer.press("Enter");
  await expect(widget.messages("contact")).toHaveCount(1);

  const agent = await somebody();
  await signIn(agent, demo.agent);
  await openPage(agent, "/inbox");
  await openConversation(agent, "");
  await composer(agent).fill(long);
  await expect(agent.getByText("90000 characters too many.")).toBeVisible();
  await expect(agent.getByTestId("send")).toBeDisabled();
  await composer(agent).press("Enter");
  await expect(composer(agent)).toHaveValue(long);
  await expect(messages(agent, "agent")).toHaveCount(0);
  await composer(agent).fill("");
});

test.describe("files that cannot be read", () => {
  const png = Buffer.from("89504e470d0a1a0a0000000d494844520000000100000001080600000", "hex");
  const cases = [
    { what: "10 MB of text", file: { name: "everything.md", mimeType: "text/markdown", buffer: Buffer.alloc(10 * 1024 * 1024, "words ") }, told: /more than 5 MB of text/ },
    { what: "a picture renamed to .md", file: { name: "photo.md", mimeType: "text/markdown", buffer: png }, told: /a picture/ },
    { what: "half a letter of UTF-16", file: { name: "menu.txt", mimeType: "text/plain", buffer: Buffer.from([0xff, 0xfe, 0x61]) }, told: /UTF-8/ },
    { what: "a spreadsheet", file: { name: "menu.xlsx", mimeType: "application/zip", buffer: Buffer.from("PK") }, told: /cannot be read/ },
    { what: "nothing", file: { name: "empty.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) }, told: /empty/ },
  ];
  for (const place of ["/onboarding?step=3", "/knowledge"]) {
    test(`at ${place}`, async ({ page, watch }) => {
      watch.expect(/status of 4(13|15|22)/);
      await register(page, "File Shop");
      await openPage(page, place);
      for (const { what, file, told } of cases) {
        await test.step(what, async () => {
          await page.locator("input[type=file]").first().setInputFiles(file);
          const alert = page.getByRole("alert").filter({ hasText: file.name });
          await expect(alert).toBeVisible();
          await expect(alert).toContainText(told);
        });
      }
      await expect(page.getByTestId("source-row")).toHaveCount(0);
      await page.reload();
      await expect(page.getByTestId("source-row")).toHaveCount(0);
    });
  }
});

test("the server says the same to a client that does not look first", async ({ page, baseURL }) => {
  const owner = await register(page, "Direct Shop");
  expect(owner.business).toBe("Direct Shop");
  const headers = { origin: baseURL ?? "", accept: "application/x-postcard" };
  const text = await page.request.post("/api/knowledge/text", { headers, form: { title: "Big", content: "x".repeat(6 * 1024 * 1024) } });
  expect(text.status()).toBe(413);
  const empty = await page.request.post("/api/knowledge/text", { headers, form: { title: "", content: "words" } });
  expect(empty.status()).toBe(422);
  const forged = await page.request.post("/api/knowledge/text", { headers: { ...headers, origin: "https://evil.example" }, form: { title: "Evil", content: "words" } });
  expect(forged.status()).toBe(403);
  await teach(page, "Good", "These words are fine.");
  await openPage(page, "/knowledge");
  await expect(page.getByTestId("source-row")).toHaveCount(1);
});

test("addresses that lead nowhere", async ({ page, watch, demo }) => {
  watch.expect(/status of 404/);
  const response = await page.goto("/no/such/page");
  expect(response?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  await signIn(page, demo.agent);
  await openPage(page, "/inbox/01890000-0000-7000-8000-000000000000");
  await expect(page.getByText("This conversation does not exist")).toBeVisible();
  await openPage(page, "/inbox/not-an-id");
  await expect(page.getByTestId("composer")).toHaveCount(0);
});

test("a forged session is nobody's", async ({ page, context, baseURL }) => {
  const url = baseURL ?? "";
  await context.addCookies([
    { name: "omnichat_access", value: "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", url },
    { name: "omnichat_refresh", value: "forged", url },
  ]);
  await page.goto("/inbox");
  await expect(page).toHaveURL(/\/login$/);
  await expect(page.getByRole("heading", { name: "Welcome back" })).toBeVisible();
});
