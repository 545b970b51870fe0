// Every page, opened directly and reached by a link: hydrated without a complaint of the browser.
// What the console says fails each test at its end (support/watch.ts).
import { live, openForm, openPage, register, signIn, teach } from "../support/dashboard";
import { expect, test } from "../support/test";
import { Widget, snippetOf } from "../support/widget";

test("every page opens by its address", async ({ page, demo }) => {
  for (const path of ["/login", "/register", "/forgot"]) await openForm(page, path);
  await signIn(page, demo.owner);
  for (const path of ["/inbox", "/knowledge", "/knowledge/playground", "/knowledge/gaps", "/knowledge/review", "/knowledge/tests", "/knowledge/intents", "/knowledge/log", "/leads", "/settings/widget", "/settings/ai", "/settings/people", "/settings/account", "/inbox?view=resolved", "/inbox?q=nothing"]) {
    await test.step(path, async () => {
      await openPage(page, path);
      await expect(page.locator("main h1, main h2, nav[aria-label=Views]").first()).toBeVisible();
    });
  }
  await page.goto("/settings");
  await expect(page).toHaveURL(/\/settings\/widget$/);
  await live(page, () => page.goto("/"));
  await expect(page).toHaveURL(/\/inbox$/);
});

test("links lead everywhere without loading a page anew", async ({ page, demo }) => {
  await signIn(page, demo.owner);
  await openPage(page, "/inbox");
  let loads = 0;
  page.on("request", (request) => {
    if (request.isNavigationRequest()) loads += 1;
  });
  const rail = page.getByRole("navigation", { name: "Main" });
  await rail.getByRole("link", { name: "Knowledge" }).click();
  await expect(page.getByTestId("source-row").first()).toBeVisible();
  await rail.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByTestId("snippet")).toBeVisible();
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "AI answers" }).click();
  await expect(page.getByRole("heading", { name: "Language model" })).toBeVisible();
  await rail.getByRole("link", { name: "Inbox", exact: true }).click();
  await expect(page.getByRole("navigation", { name: "Views" })).toBeVisible();
  for (const view of ["Mine", "Unassigned", "AI", "Resolved", "All"]) {
    await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: view }).click();
    await expect(page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: view })).toHaveAttribute("aria-current", "true");
  }
  await page.goBack();
  await expect(page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Resolved" })).toHaveAttribute("aria-current", "true");
  expect(loads).toBe(0);
});

test("an agent sees what is for owners only as a friendly word", async ({ page, demo }) => {
  await signIn(page, demo.agent);
  for (const path of ["/settings/widget", "/settings/ai", "/onboarding"]) {
    await openPage(page, path);
    await expect(page.getByText("Your role cannot change")).toBeVisible();
  }
});

test("the four steps of the onboarding open by their addresses", async ({ page }) => {
  await register(page, "Step By Step");
  for (const [step, title] of [[1, "What is your business?"], [2, "Make it yours"], [3, "What should it know?"], [4, "Put it on your site"]] as const) {
    await openPage(page, `/onboarding?step=${step}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
  }
});

test("the widget works on a page with a strict policy", async ({ page, site, demo, baseURL }) => {
  const sockets = baseURL?.replace("http", "ws");
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src ${baseURL} 'wasm-unsafe-eval'; connect-src ${baseURL} ${sockets}`;
  const { url } = await site(snippetOf(baseURL ?? "", demo.widget), `<meta http-equiv="content-security-policy" content="${policy}">`);
  await page.goto(url);
  const widget = new Widget(page);
  await widget.open();
  await widget.ask("Can I pay with PayPal?");
});

test("the knowledge is added to, tried and removed", async ({ page }) => {
  await register(page, "Know It All");
  await openPage(page, "/knowledge");
  await teach(page, "Moon", "The moon shop opens at 21:30 on clear nights.");
  const row = page.getByTestId("source-row").filter({ hasText: "Moon" });
  await test.step("a source that somebody else added appears by itself", async () => {
    await expect(row).toHaveAttribute("data-status", "ready");
  });
  await page.getByTestId("test-question").fill("When does the moon shop open?");
  await page.getByTestId("test-question").press("Enter");
  await expect(page.getByTestId("test-answer")).toContainText("21:30");
  await test.step("a passage that was found leads to its source", async () => {
    await page.locator(".retrieved-title").first().click();
    await expect(page).toHaveURL(/source=/);
    await expect(page.getByRole("region", { name: "Sources" })).toContainText("on clear nights");
    await page.goBack();
  });
  await test.step("removing asks once", async () => {
    await page.getByRole("button", { name: "Delete “Moon”" }).click();
    const question = page.getByRole("dialog", { name: "Delete this source?" });
    await question.getByRole("button", { name: "Keep it" }).click();
    await expect(row).toBeVisible();
    await page.getByRole("button", { name: "Delete “Moon”" }).click();
    await question.getByRole("button", { name: "Delete", exact: true }).click();
    await expect(row).toHaveCount(0);
    await page.reload();
    await expect(row).toHaveCount(0);
  });
});
