// A new business: an account, four steps, the snippet on its own site, and a chat there.
import { live, newOwner, openForm } from "../support/dashboard";
import { expect, test } from "../support/test";
import { Widget } from "../support/widget";

const REPAIRS = `We repair every lantern that we have sold. A repair takes nine days and costs 14 euros, whatever is broken.
Send the lantern to our workshop in Aveiro with a note that says what is wrong.`;

const OPENING = `# Visiting us

## Workshop hours
The workshop in Aveiro is open on Thursday and Friday from 11:00 to 19:00.

## Parking
Bicycles can be left in the yard. There is no place for cars.
`;

test("from a new account to a cited answer on the business's own site", async ({ page, somebody, site }, info) => {
  const owner = newOwner("Larkspur Lanterns");
  const started = performance.now();

  await test.step("register", async () => {
    await openForm(page, "/register");
    await page.getByLabel("Business").fill(owner.business);
    await page.getByLabel("Your name").fill(owner.name);
    await page.getByLabel("E-mail").fill(owner.email);
    await page.getByLabel("Password").fill(owner.password);
    await live(page, () => page.getByRole("button", { name: "Open the account" }).click());
    await expect(page).toHaveURL(/\/onboarding/);
  });

  await test.step("1: the business", async () => {
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("What is your business?");
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue(owner.business);
    await page.getByLabel("What do you do?").fill("We make lanterns from tin and paper.");
    await page.getByRole("button", { name: "Save and go on" }).click();
  });

  await test.step("2: the look", async () => {
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Make it yours");
    await page.getByRole("button", { name: "Violet" }).click();
    await expect(page.getByLabel("Brand colour")).toHaveValue("#6d28d9");
    await page.getByLabel("Greeting").fill("Good evening! What may we light?");
    await expect(page.getByRole("complementary", { name: "Your widget" })).toContainText("What may we light?");
    await page.getByRole("button", { name: "Save and go on" }).click();
  });

  const sources = page.getByTestId("source-row");
  await test.step("3: the knowledge, pasted and uploaded", async () => {
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("What should it know?");
    await page.getByLabel("Title").fill("Repairs");
    await page.getByLabel("Text", { exact: true }).fill(REPAIRS);
    await page.getByRole("button", { name: "Add the text" }).click();
    await expect(sources.filter({ hasText: "Repairs" })).toHaveAttribute("data-status", "ready");
    const file = { name: "visiting.md", mimeType: "text/markdown", buffer: Buffer.from(OPENING) };
    await page.locator("input[type=file]").setInputFiles(file);
    await expect(sources).toHaveCount(2);
    await expect(sources.first()).toHaveAttribute("data-status", "ready");
  });

  await test.step("the preview answers from it", async () => {
    const preview = page.getByRole("complementary", { name: "Your widget" });
    await preview.getByLabel("Try a question").fill("How long does a repair take?");
    await preview.getByRole("button", { name: "Ask" }).click();
    await expect(preview.getByRole("log")).toContainText("nine days");
    await page.getByRole("link", { name: "Go on", exact: true }).click();
  });

  const installed = page.getByTestId("installed");
  const snippet = await test.step("4: the snippet", async () => {
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Put it on your site");
    await expect(installed).toHaveAttribute("data-installed", "false");
    return (await page.getByTestId("snippet").innerText()).trim();
  });
  expect(snippet).toMatch(/^<script async src="http:\/\/127\.0\.0\.1:\d+\/w\/[0-9a-f-]{36}\.js"><\/script>$/);

  const visitor = await somebody();
  const widget = new Widget(visitor);
  await test.step("pasted into a page on another origin, the mark turns green by itself", async () => {
    const { url } = await site(snippet);
    await visitor.goto(url);
    await expect(widget.launcher).toBeVisible();
    await expect(installed).toHaveAttribute("data-installed", "true");
    await expect(installed).toContainText("Your widget is on your site.");
  });

  await test.step("a visitor chats there and gets cited answers from the business's own words", async () => {
    await widget.open();
    await expect(widget.panel).toContainText("What may we light?");
    await expect(widget.panel.getByRole("heading", { level: 2 })).toHaveText(owner.business);
    const repair = await widget.ask("What does a repair cost?");
    await expect(repair.answer).toContainText("14 euros");
    await expect(repair.answer.getByTestId("citation")).toContainText("Repairs");
    const hours = await widget.ask("When is the workshop open?");
    await expect(hours.answer).toContainText("Thursday and Friday");
  });

  await test.step("the page's own styles do not reach the widget", async () => {
    const look = await widget.composer.evaluate((field) => {
      const { color, fontFamily, textTransform } = getComputedStyle(field);
      return { color, fontFamily, textTransform };
    });
    expect(look.color).not.toBe("rgb(255, 0, 0)");
    expect(look.fontFamily).not.toContain("cursive");
    expect(look.textTransform).toBe("none");
  });

  await test.step("the owner goes on to the inbox, where the conversation is", async () => {
    await live(page, () => page.getByRole("button", { name: "Go to the inbox" }).click());
    await expect(page).toHaveURL(/\/inbox$/);
    await expect(page.getByTestId("conversation-row")).toHaveCount(1);
    await expect(page.getByText("Your chat is not set up yet.")).toHaveCount(0);
  });
  info.annotations.push({ type: "sign-up to chat", description: `${Math.round(performance.now() - started)} ms` });
});
