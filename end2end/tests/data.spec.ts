// What a contact may ask for, and how long data is kept.
import { readFileSync } from "node:fs";
import { openConversation, openPage, register, rows, signIn, widgetOf } from "../support/dashboard";
import { expectAccessible } from "../support/axe";
import { expect, test } from "../support/test";
import { Widget } from "../support/widget";

test("an owner exports a contact, erases it, and the conversation is gone for everybody", async ({ page, somebody, demo }) => {
  const widget = new Widget(page);
  await page.goto("/shop");
  await widget.open();
  await widget.write("Please forget the drawer with the blue knob.");
  await expect(widget.own("blue knob")).toHaveAttribute("data-status", /sent|delivered|read/);

  const [owner, agent] = [await somebody(), await somebody()];
  await signIn(agent, demo.agent);
  await openPage(agent, "/inbox");
  await openConversation(agent, "blue knob");
  await expect(agent.getByRole("button", { name: "Export data" }), "agents may not").toHaveCount(0);

  await signIn(owner, demo.owner);
  await openPage(owner, "/inbox");
  await openConversation(owner, "blue knob");
  const download = owner.waitForEvent("download");
  await owner.getByRole("button", { name: "Export data" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^contact-.*\.json$/);
  const copy = JSON.parse(readFileSync(await file.path(), "utf8"));
  expect(JSON.stringify(copy.conversations)).toContain("blue knob");

  await owner.getByRole("button", { name: "Erase…" }).click();
  const question = owner.getByRole("dialog", { name: "Erase this contact?" });
  await question.getByRole("button", { name: "Keep the contact" }).click();
  await expect(rows(owner).filter({ hasText: "blue knob" })).toHaveCount(1);
  await owner.getByRole("button", { name: "Erase…" }).click();
  await question.getByRole("button", { name: "Erase", exact: true }).click();
  await expect(rows(owner).filter({ hasText: "blue knob" })).toHaveCount(0);
  await expect(rows(agent).filter({ hasText: "blue knob" }), "colleagues see it at once").toHaveCount(0);
  await expect(agent.getByText("This conversation was deleted.")).toBeVisible();
});

test("an owner says how long data is kept", async ({ page }) => {
  await register(page, "Short Memory");
  await widgetOf(page);
  await page.getByRole("link", { name: "Data", exact: true }).click();
  await expectAccessible(page, "the data settings");
  const days = page.getByLabel("Resolved conversations, after days");
  await days.fill("a month");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Enter a whole number of days")).toBeVisible();
  await days.fill("365");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
  await openPage(page, "/settings/data");
  await expect(days).toHaveValue("365");
});
