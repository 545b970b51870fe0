// Everybody can use it: axe finds nothing, in light and dark, and the keyboard is enough.
import type { Page } from "@playwright/test";
import { expectAccessible } from "../support/axe";
import { composer, messages, openConversation, openForm, openPage, register, rows, signIn, teach } from "../support/dashboard";
import { expect, test } from "../support/test";
import { Widget } from "../support/widget";

test("signing in and registering", async ({ page }) => {
  await page.goto("/verify?token=x");
  await expect(page.getByRole("link", { name: "Sign in and confirm" })).toBeVisible();
  await expectAccessible(page, "/verify of somebody who is not signed in");
  for (const path of ["/login", "/forgot", "/register"]) {
    await openForm(page, path);
    await expectAccessible(page, path);
  }
  await page.getByRole("button", { name: "Open the account" }).click();
  await expect(page.getByText("Enter the name of your business.")).toBeVisible();
  await expectAccessible(page, "/register with complaints");
});

test("onboarding", async ({ page }) => {
  await register(page, "Open To All");
  await teach(page, "Ramp", "There is a ramp at the back door.");
  for (const step of [1, 2, 3, 4]) {
    await openPage(page, `/onboarding?step=${step}`);
    await expectAccessible(page, `step ${step}`);
  }
});

test("inbox, conversation, knowledge and settings", async ({ page, somebody, demo }) => {
  const visitor = new Widget(await somebody());
  await visitor.page.goto("/shop");
  await visitor.open();
  await visitor.ask("How long is the warranty on your tools?");

  await signIn(page, demo.owner);
  await openPage(page, "/inbox");
  await expect(rows(page).first()).toBeVisible();
  await expectAccessible(page, "inbox");
  await openConversation(page, "");
  await composer(page).fill("Twenty-five years.");
  await composer(page).press("Enter");
  await page.getByRole("button", { name: "Note", exact: true }).click();
  await composer(page).fill("Asked before.");
  await composer(page).press("Enter");
  await expect(messages(page, "agent", true)).toBeVisible();
  await messages(page, "ai").first().locator("summary").click();
  await expectAccessible(page, "conversation");
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await expectAccessible(page, "shortcuts");
  for (const path of ["/knowledge", "/knowledge/playground", "/knowledge/log", "/settings/widget", "/settings/ai", "/settings/people", "/settings/account"]) {
    await openPage(page, path);
    await expectAccessible(page, path);
  }
  await openPage(page, "/knowledge");
  await page.getByTestId("test-question").fill("How long is the warranty on your tools?");
  await page.getByTestId("test-question").press("Enter");
  await expect(page.getByTestId("test-answer")).toContainText("25 years");
  await expectAccessible(page, "knowledge with an answer");
});

test("the widget", async ({ page }) => {
  const widget = new Widget(page);
  await page.goto("/shop");
  await expect(widget.launcher).toBeVisible();
  await expectAccessible(page, "launcher", "omnichat-widget");
  await widget.open();
  await expect(widget.panel.getByTestId("suggestion").first()).toBeVisible();
  await expectAccessible(page, "home", "omnichat-widget");
  const { answer } = await widget.ask("How many days do I have to send back a pot?");
  await answer.getByTestId("citation").first().click();
  await expectAccessible(page, "conversation", "omnichat-widget");
});

/** Presses Tab until this has the focus. */
async function tabTo(page: Page, name: string, isThere: () => Promise<boolean>) {
  for (let presses = 0; presses < 40; presses++) {
    if (await isThere()) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${name} cannot be reached with Tab`);
}

test("the widget by keyboard alone", async ({ page }) => {
  const widget = new Widget(page);
  const focused = (testId: string) => async () =>
    page.evaluate((wanted) => {
      const inside = document.querySelector("omnichat-widget")?.shadowRoot?.activeElement;
      return inside?.getAttribute("data-testid") === wanted;
    }, testId);
  await page.goto("/shop");
  await expect(widget.launcher).toBeVisible();
  await tabTo(page, "the launcher", focused("launcher"));
  await page.keyboard.press("Enter");
  await expect(widget.composer).toBeFocused();
  await page.keyboard.type("How long is a gift card valid?");
  await page.keyboard.press("Enter");
  const answer = widget.messages("ai").first();
  await expect(answer.getByTestId("citation").first()).toBeVisible();
  await expect(widget.composer).toBeFocused();

  await test.step("back to a source, and open it", async () => {
    for (let presses = 0; presses < 15 && !(await focused("citation")()); presses++) await page.keyboard.press("Shift+Tab");
    expect(await focused("citation")()).toBe(true);
    await page.keyboard.press("Enter");
    await expect(answer.locator("blockquote").first()).toBeVisible();
  });
  await test.step("Escape closes and gives the focus back", async () => {
    await page.keyboard.press("Escape");
    await expect(widget.panel).toBeHidden();
    await expect(widget.launcher).toBeFocused();
    await page.keyboard.press("Space");
    await expect(widget.composer).toBeFocused();
  });
  await test.step("the answer is in a log that is read aloud", async () => {
    const log = widget.panel.getByRole("log");
    await expect(log).toHaveAttribute("aria-live", "polite");
    await expect(log.getByTestId("message")).toHaveCount(2);
  });
});

test("the inbox by keyboard alone", async ({ page, somebody, demo }) => {
  for (const words of ["Do you sell ladders? (first)", "Do you sell hammocks? (second)"]) {
    const visitor = new Widget(await somebody());
    await visitor.page.goto("/shop");
    await visitor.open();
    await visitor.ask(words);
  }
  await signIn(page, demo.agent);
  await openPage(page, "/inbox");
  await expect(rows(page).nth(1)).toBeVisible();
  await page.keyboard.press("j");
  await expect(messages(page, "contact").first()).toContainText("(second)");
  await page.keyboard.press("j");
  await expect(messages(page, "contact").first()).toContainText("(first)");
  await page.keyboard.press("k");
  await expect(messages(page, "contact").first()).toContainText("(second)");
  await page.keyboard.press("r");
  await expect(composer(page)).toBeFocused();
  await page.keyboard.type("We do, in summer: j k e a are only letters here.");
  await page.keyboard.press("Enter");
  await expect(messages(page, "agent").last()).toContainText("j k e a are only letters here.");
  await page.keyboard.press("Escape");
  await expect(composer(page)).not.toBeFocused();
  await expect(page.getByTestId("ai-toggle")).toContainText("Give back to AI");
  await page.keyboard.press("a");
  await expect(page.getByTestId("ai-toggle")).toContainText("Take over");
  await page.keyboard.press("n");
  await page.keyboard.type("Wants a hammock.");
  await page.keyboard.press("Enter");
  await expect(messages(page, "agent", true)).toContainText("Wants a hammock.");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(help).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();
  await page.keyboard.press("e");
  await expect(page.getByRole("button", { name: "Reopen" })).toBeVisible();
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
  const name = await rows(page).last().locator("bdi").first().innerText();
  await page.keyboard.type(name);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText(name);
});
