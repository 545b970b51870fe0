// The AI beside an agent: it suggests and sums up, and sends nothing by itself.
import { expectAccessible } from "../support/axe";
import { composer, messages, openConversation, openPage, signIn } from "../support/dashboard";
import { expect, test } from "../support/test";
import { Widget } from "../support/widget";

test("an agent takes a suggestion and gets a summary", async ({ page, somebody, demo }) => {
  const visitor = new Widget(await somebody());
  await visitor.page.goto("/shop");
  await visitor.open();
  await visitor.ask("How long is the warranty on your tools?");

  await signIn(page, demo.agent);
  await openPage(page, "/inbox");
  await openConversation(page, "");
  const before = await messages(page, "agent").count();
  await page.keyboard.press("Escape");
  await page.getByTestId("suggest").click();
  const suggestion = page.getByTestId("suggestion");
  await expect(suggestion).toContainText("25 years");
  await expect(suggestion.getByRole("link")).not.toHaveCount(0);
  await expectAccessible(page, "a suggestion");
  await page.getByTestId("use-suggestion").click();
  await expect(composer(page)).toHaveValue(/25 years/);
  await expect(composer(page)).not.toHaveValue(/\[1\]/);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(composer(page)).toHaveValue("");

  await page.getByTestId("summarise").click();
  await expect(page.getByTestId("summary")).toContainText("warranty");
  await page.getByTestId("edit-menu").locator("summary").click();
  await expect(page.getByText("Needs a language model")).toBeVisible();
  await expect(page.getByRole("button", { name: "Shorten" })).toBeDisabled();
  await expectAccessible(page, "the menu for texts");
  expect(await messages(page, "agent").count()).toBe(before);
});
