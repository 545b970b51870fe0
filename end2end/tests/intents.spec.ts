// Two intents, what was learned of them, and a lead that a visitor leaves.
import { expectAccessible } from "../support/axe";
import { openPage, signIn } from "../support/dashboard";
import { expect, test } from "../support/test";
import { Widget } from "../support/widget";

const PARCEL = [
  "Where is my parcel?",
  "When does my order arrive?",
  "My delivery has not come yet",
  "How can I track my parcel?",
  "Has my order left already?",
  "When will you ship my order?",
];
const INVOICE = [
  "I need an invoice",
  "Can you send me the bill?",
  "Please send an invoice with VAT",
  "The invoice has the wrong address",
  "I need a receipt for my tax",
  "Please send the bill again",
];

test("intents are taught, learned and told, and a lead is noticed", async ({ page, somebody, demo }) => {
  const owner = await somebody();
  await signIn(owner, demo.owner);
  await openPage(owner, "/knowledge/intents");
  const intent = owner.getByTestId("intent");
  for (const [name, examples] of [["Parcel", PARCEL], ["Invoice", INVOICE]] as const) {
    await owner.getByRole("button", { name: "Add an intent" }).click();
    await owner.getByLabel("Name", { exact: true }).fill(name);
    await owner.getByLabel("Examples").fill(examples.join("\n"));
    await owner.getByRole("button", { name: "Save the intent" }).click();
    await expect(intent.filter({ hasText: name })).toContainText("6 examples");
  }
  await owner.getByRole("button", { name: "Train", exact: true }).click();
  const model = owner.getByTestId("intent-model");
  await expect(model).toHaveAttribute("data-state", "ready", { timeout: 30_000 });
  await expect(owner.getByTestId("intent-score")).toContainText("of 12 examples it had not seen");
  await expectAccessible(owner, "the intents");

  const sentence = owner.getByRole("textbox", { name: "Try a sentence" });
  const told = owner.getByTestId("told-intent");
  await sentence.fill("Where is my parcel right now?");
  await owner.getByRole("button", { name: "Try it" }).click();
  await expect(told).toHaveText("Parcel");
  await sentence.fill("My cat likes to sleep on the keyboard");
  await owner.getByRole("button", { name: "Try it" }).click();
  await expect(told).toHaveText("Unknown");

  await intent.filter({ hasText: "Invoice" }).getByRole("button", { name: "Edit “Invoice”" }).click();
  await owner.getByLabel("Examples").fill([...INVOICE, "Where do I find my invoices?"].join("\n"));
  await owner.getByRole("button", { name: "Save the intent" }).click();
  await expect(intent.filter({ hasText: "Invoice" })).toContainText("7 examples");
  await expect(owner.getByText("Examples or names have changed since.")).toBeVisible();

  const widget = new Widget(page);
  await page.goto("/shop");
  await widget.open();
  await widget.write("Where is my parcel right now? Write to mia.lead@example.com");
  await openPage(owner, "/leads");
  const lead = owner.getByTestId("lead").filter({ hasText: "mia.lead@example.com" });
  await expect(async () => {
    await owner.reload();
    await expect(lead).toHaveCount(1, { timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  await expectAccessible(owner, "the leads");
  await openPage(owner, "/leads?stage=new");
  const saved = owner.waitForResponse((response) => response.url().endsWith("/api/leads/change"));
  await lead.getByRole("combobox").selectOption("qualified");
  await saved;
  await openPage(owner, "/leads?stage=qualified");
  await expect(lead.getByRole("combobox")).toHaveValue("qualified");

  // The contact's name leads to the conversation.
  await lead.getByRole("link").first().click();
  await expect(owner.getByTestId("understood")).toContainText("Parcel", { timeout: 15_000 });
});
