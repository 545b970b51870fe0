// From a question that nobody could answer to an answer, and to a test that keeps it.
import { messages, openConversation, openPage, reply, rows, signIn } from "../support/dashboard";
import { expectAccessible } from "../support/axe";
import { expect, test } from "../support/test";
import { Widget } from "../support/widget";

const QUESTION = "Can you engrave my initials on a brass plaque?";
const ANSWER = "Yes, we engrave initials on a brass plaque. Engraving a plaque costs 3 euros.";

test("a reply becomes an answer, and a test keeps it", async ({ page, somebody, demo }) => {
  const [agent, owner] = [await somebody(), await somebody()];
  const widget = new Widget(page);
  await page.goto("/shop");
  await widget.open();
  await widget.write(QUESTION);

  await signIn(agent, demo.agent);
  await openPage(agent, "/inbox");
  await expect(rows(agent).filter({ hasText: "brass plaque" })).toHaveCount(1);
  await openConversation(agent, "brass plaque");
  await expect(messages(agent, "ai")).not.toHaveCount(0);
  await reply(agent, ANSWER);
  await expect(agent.getByTestId("save-answer")).not.toHaveCount(0);
  await agent.locator(".messages").focus();
  await agent.keyboard.press("l");
  const dialog = agent.getByRole("dialog", { name: "Save as answer" });
  await expect(dialog.getByLabel("Question")).toHaveValue(QUESTION);
  await expect(dialog.getByLabel("Answer")).toHaveValue(ANSWER);
  await dialog.getByRole("button", { name: "Send to the review" }).click();
  await expect(agent.getByText("Sent to the review")).toBeVisible();

  await signIn(owner, demo.owner);
  await openPage(owner, "/knowledge/gaps");
  const gap = owner.getByTestId("gap").filter({ hasText: QUESTION });
  await expect(gap).toHaveAttribute("data-status", "open");
  await expect(gap).toContainText("handed to a person");
  await expectAccessible(owner, "the unanswered questions");
  await gap.getByRole("button", { name: "Write an answer" }).click();
  await gap.getByLabel("Answer").fill(" ");
  await gap.getByRole("button", { name: "Save the answer" }).click();
  await expect(gap.getByText("Write an answer of at most")).toBeVisible();
  await gap.getByLabel("Answer").fill(ANSWER);
  await gap.getByRole("button", { name: "Save the answer" }).click();
  await expect(gap.getByText("The AI answers it now.")).toBeVisible({ timeout: 20_000 });

  await openPage(owner, "/knowledge/review");
  const review = owner.getByTestId("review").filter({ hasText: QUESTION });
  await expect(review).toContainText("Saved by an agent");
  await expectAccessible(owner, "the review");
  await review.focus();
  await owner.keyboard.press("r");
  await expect(review).toHaveCount(0);

  await openPage(owner, "/knowledge/tests");
  await owner.getByLabel("Question").fill(QUESTION);
  await owner.getByLabel("Words of a right answer").fill("a ribbon | 3 euros");
  await owner.getByRole("button", { name: "Add the test" }).click();
  await expect(owner.getByTestId("case-row").filter({ hasText: QUESTION })).toHaveCount(1);
  await owner.getByRole("button", { name: "Run the tests" }).click();
  await expect(owner.getByTestId("run")).toHaveAttribute("data-state", "done", { timeout: 20_000 });
  await expect(owner.getByTestId("result").filter({ hasText: QUESTION })).toHaveAttribute("data-passed", "true");
  await expect(owner.getByTestId("run-row")).toHaveCount(1);
  await expectAccessible(owner, "the tests");
});
