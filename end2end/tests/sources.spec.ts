// What the AI learns from besides text: a PDF, a table of answers, a website, products.
import { createServer } from "node:http";
import { expectAccessible } from "../support/axe";
import { openPage, signIn } from "../support/dashboard";
import { freePort } from "../support/server.mjs";
import { expect, test } from "../support/test";

const PAGES: Record<string, string> = {
  "/help/": `<title>Help</title><main><h1>Help</h1><p>The lantern museum of Larkspur has 412 lanterns on show.</p><a href="/help/tours">Tours</a></main>`,
  "/help/tours": `<title>Tours</title><main><h1>Tours</h1><p>Guided tours of the lantern museum begin at 20:15 every evening.</p></main>`,
};

test("a website is read, page by page, and answered from", async ({ page, demo, watch }) => {
  watch.expect(/status of 422/);
  const port = await freePort();
  const site = createServer((request, response) => {
    const body = PAGES[request.url ?? ""];
    response.writeHead(body ? 200 : 404, { "content-type": "text/html; charset=utf-8" });
    response.end(body);
  });
  await new Promise<void>((listening) => site.listen(port, "127.0.0.1", listening));
  try {
    await signIn(page, demo.owner);
    await openPage(page, "/knowledge");
    await page.locator("summary", { hasText: "Read a website" }).click();
    await page.getByLabel("Address").fill("http://169.254.169.254/latest");
    await page.getByRole("button", { name: "Read it" }).click();
    await expect(page.getByText("private network")).toBeVisible();
    await page.getByLabel("Address").fill(`http://127.0.0.1:${port}/help/`);
    await page.getByRole("button", { name: "Read it" }).click();
    const row = page.getByTestId("source-row").filter({ hasText: `127.0.0.1:${port}` });
    await expect(row).toHaveAttribute("data-status", "ready", { timeout: 30_000 });
    await expect(row).toContainText("2 pages");
    await row.getByRole("link").click();
    await expect(page.getByTestId("site-page")).toHaveCount(2);
    await expect(page.getByTestId("site-page").filter({ hasText: "Tours" })).toHaveAttribute("data-status", "ready", { timeout: 20_000 });
    await expectAccessible(page, "the pages of a site");
    await page.getByTestId("site-page").filter({ hasText: "Tours" }).getByRole("link").click();
    await expect(page.getByRole("region", { name: "Sources" })).toContainText("20:15");
    await page.getByRole("link", { name: "All pages" }).click();
    await page.getByLabel("Look at it").selectOption("weekly");
    await page.getByTestId("test-question").fill("When do guided tours of the lantern museum begin?");
    await page.getByTestId("test-question").press("Enter");
    await expect(page.getByTestId("test-answer")).toContainText("20:15");
    await page.reload();
    await expect(page.getByLabel("Look at it")).toHaveValue("weekly");
    await page.getByRole("link", { name: "All sources" }).click();
    await page.getByRole("button", { name: `Delete “127.0.0.1:${port}/help”` }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
    await expect(row).toHaveCount(0);
  } finally {
    site.closeAllConnections();
    site.close();
  }
});

test("a PDF is uploaded and read", async ({ page, somebody, demo }) => {
  const printer = await somebody();
  await printer.setContent("<h1>Night market</h1><p>The night market on the river opens every second Thursday at half past nine.</p>");
  const pdf = await printer.pdf();
  await signIn(page, demo.owner);
  await openPage(page, "/knowledge");
  await page.locator("input[type=file]").first().setInputFiles({ name: "night-market.pdf", mimeType: "application/pdf", buffer: pdf });
  const row = page.getByTestId("source-row").filter({ hasText: "night-market" });
  await expect(row).toHaveAttribute("data-status", "ready", { timeout: 20_000 });
  await page.getByTestId("test-question").fill("When does the night market open?");
  await page.getByTestId("test-question").press("Enter");
  await expect(page.getByTestId("test-answer")).toContainText("half past nine");
  await page.getByRole("button", { name: "Delete “night-market”" }).click();
  await page.getByRole("dialog", { name: "Delete this source?" }).getByRole("button", { name: "Delete", exact: true }).click();
  await expect(row).toHaveCount(0);
});

test("answers are written, changed, and imported from a table", async ({ page, demo }) => {
  await signIn(page, demo.owner);
  await openPage(page, "/knowledge");
  const form = page.locator("details").filter({ hasText: "Add a question" });
  await form.locator("summary").click();
  await form.getByLabel("Question", { exact: true }).fill("Do you lend telescopes?");
  await form.getByLabel("Answer", { exact: true }).fill("Yes, for seven nights.");
  await form.getByRole("button", { name: "Add the answer" }).click();
  const row = page.getByTestId("source-row").filter({ hasText: "Do you lend telescopes?" });
  await expect(row).toHaveAttribute("data-status", "ready", { timeout: 20_000 });
  const table = "question,answer\nDo you lend telescopes?,\"Yes, for nine nights.\"\n,empty\nIs there a moon calendar?,It hangs at the door.\n";
  await form.locator("input[type=file]").setInputFiles({ name: "faq.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  await expect(form.getByText("1 added, 1 changed, 0 unchanged, 0 skipped.")).toBeVisible();
  await expect(row).toHaveAttribute("data-status", "ready", { timeout: 20_000 });
  await row.getByRole("link").click();
  const source = page.getByRole("region", { name: "Sources" });
  await expect(source).toContainText("nine nights");
  await source.getByRole("button", { name: "Edit" }).click();
  await expectAccessible(page, "changing an answer");
  await page.getByLabel("Answer", { exact: true }).fill("Yes, for eleven nights.");
  await source.getByRole("button", { name: "Save" }).click();
  await expect(source).toContainText("eleven nights", { timeout: 20_000 });
  await page.getByRole("link", { name: "All sources" }).click();
  for (const title of ["Do you lend telescopes?", "Is there a moon calendar?"]) {
    await page.getByRole("button", { name: `Delete “${title}”` }).click();
    await page.getByRole("dialog", { name: "Delete this source?" }).getByRole("button", { name: "Delete", exact: true }).click();
    await expect(page.getByTestId("source-row").filter({ hasText: title })).toHaveCount(0);
  }
});

test("products are added, changed, imported and told about", async ({ page, demo }) => {
  await signIn(page, demo.owner);
  await openPage(page, "/knowledge/products");
  await expect(page.getByText("No products yet")).toBeVisible();
  await page.getByRole("button", { name: "Add a product" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Moon globe");
  await page.getByLabel("Description").fill("A globe of the moon with every crater, made of glass.");
  await page.getByLabel("Price").fill("a lot");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Write a number such as 12.50.")).toBeVisible();
  await page.getByLabel("Price").fill("89,90");
  await page.getByLabel("Currency").fill("EUR");
  await page.getByRole("button", { name: "Save" }).click();
  const globe = page.getByTestId("product").filter({ hasText: "Moon globe" });
  await expect(globe).toContainText("89.90 EUR");
  await expect(globe).toHaveAttribute("data-status", "ready", { timeout: 20_000 });
  const table = "name;price;status;Size\nMoon globe;79.90 €;available;30 cm\nStar chart;12;sold out;A2\nBad;x;;\n";
  await page.locator("input[type=file]").setInputFiles({ name: "products.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  const review = page.getByRole("region", { name: /^Table, 2 products/ });
  await expect(review.getByTestId("import-counts")).toHaveText("1 new, 1 changed, 0 unchanged, 1 skipped.");
  await expect(review.getByTestId("import-rows")).toContainText("79.90 EUR");
  await expect(review.getByLabel("What “Size” holds")).toHaveValue("detail");
  await expectAccessible(page, "what an import would do");
  await review.getByRole("button", { name: "Import 2 products" }).click();
  await expect(page.getByText("1 added, 1 changed, 0 unchanged, 1 skipped.")).toBeVisible();
  await expect(page.getByTestId("product")).toHaveCount(2);
  await expect(globe).toContainText("79.90 EUR");
  await expectAccessible(page, "products");
  await expect(page.getByTestId("product").filter({ hasText: "Star chart" })).toHaveAttribute("data-status", "ready", { timeout: 20_000 });
  await openPage(page, "/knowledge");
  await page.getByTestId("test-question").fill("How much is the moon globe?");
  await page.getByTestId("test-question").press("Enter");
  await expect(page.getByTestId("test-answer")).toContainText("79.90 EUR");
  await openPage(page, "/knowledge/products?q=chart");
  await expect(page.getByTestId("product")).toHaveCount(1);
  await page.getByRole("button", { name: "Delete “Star chart”" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByTestId("product")).toHaveCount(0);
});

test("the export of a shop is recognised, shown and imported", async ({ page, demo }) => {
  await signIn(page, demo.owner);
  await openPage(page, "/knowledge/products");
  const header = "Handle,Title,Body (HTML),Option1 Name,Option1 Value,Variant SKU,Variant Price,Status\n";
  const rows = "sundial,Garden sundial,<p>Cast in <b>bronze</b>.</p>,Size,Small,GS-S,59.00,active\nsundial,,,,Large,GS-L,from 89,\nsundial,,,,Wide,GS-W,99.00,\ncomet,Comet kite,,Title,Default Title,CK,19.00,draft\n";
  await page.locator("input[type=file]").setInputFiles({ name: "products_export.csv", mimeType: "text/csv", buffer: Buffer.from(header + rows) });
  const review = page.getByRole("region", { name: "Shopify export, 1 product, 2 variants" });
  await expect(review.getByTestId("import-counts")).toHaveText("3 new, 0 changed, 0 unchanged, 2 skipped.");
  await review.getByText("2 rows skipped").click();
  await expect(review.getByText(/Row 3: .from 89. is where prices start/)).toBeVisible();
  await expect(review.getByText("Row 5: It is a draft.")).toBeVisible();
  await test.step("the currency is chosen, never guessed", async () => {
    const currency = review.getByLabel("Currency of prices that name none");
    await currency.fill("euro");
    await currency.blur();
    await expect(review.getByText("Write three letters, such as EUR.")).toBeVisible();
    await currency.fill("CHF");
    await review.getByRole("button", { name: "Update the preview" }).click();
    await expect(review.getByTestId("import-rows")).toContainText("59.00 CHF");
  });
  await expectAccessible(page, "the export of a shop");
  await review.getByRole("button", { name: "Import 3 products" }).click();
  await expect(page.getByText("3 added, 0 changed, 0 unchanged, 2 skipped.")).toBeVisible();
  await expect(page.getByTestId("product").filter({ hasText: "Garden sundial – Wide" })).toContainText("99.00 CHF");
  for (const name of ["Garden sundial – Wide", "Garden sundial – Small", "Garden sundial"]) {
    await page.getByRole("button", { name: `Delete “${name}”`, exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
    await expect(page.getByRole("button", { name: `Delete “${name}”`, exact: true })).toHaveCount(0);
  }
});
