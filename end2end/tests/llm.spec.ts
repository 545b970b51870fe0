// A language model writes the answers when a business has one, and nobody notices when it goes away.
import type { Page } from "@playwright/test";
import { openPage, register, teach, widgetOf } from "../support/dashboard";
import { expect, test } from "../support/test";
import { Widget, recordAnswers, recordedAnswers } from "../support/widget";

const GUARANTEE = [
  "# Guarantee\n\nEvery lantern carries a guarantee of eleven years against rust.",
  "# Candles\n\nThe guarantee does not cover candles.",
  "# Delivery\n\nA parcel with lanterns takes three working days.",
  "# Repairs\n\nWe repair broken glass for nine euros.",
  "# Opening hours\n\nThe workshop is open on Saturday from ten to four.",
].join("\n\n");
const ANSWER =
  "Good news: your lantern is **guaranteed against rust** for eleven whole years, " +
  "so you can leave it in the garden through every winter without a worry [1].";

/** Settings › AI answers, with this endpoint. */
async function useModel(owner: Page, url: string) {
  await openPage(owner, "/settings/ai");
  await owner.getByRole("button", { name: "Local" }).click();
  await owner.getByLabel("Base URL").fill(url);
  await owner.getByLabel("Model", { exact: true }).fill("test-model");
  await owner.getByLabel("Key").fill("sk-test-1234567890");
  await owner.getByRole("button", { name: "Save", exact: true }).click();
  await expect(owner.getByText("Saved", { exact: true })).toBeVisible();
}

test("a language model writes word by word, and without it the answer is extractive", async ({ page, somebody, site, model }) => {
  const owner = await somebody();
  await register(owner, "Rust & Candle");
  await teach(owner, "Guarantee", GUARANTEE);
  const llm = await model(ANSWER);

  await test.step("the owner names the endpoint; the key is never shown again", async () => {
    await useModel(owner, llm.url);
    await openPage(owner, "/settings/ai");
    await expect(owner.getByLabel("Base URL")).toHaveValue(llm.url);
    await expect(owner.locator("body")).not.toContainText("sk-test");
    await expect(owner.getByLabel("Key")).toHaveValue(/stored/);
  });

  await test.step("the source has been read", async () => {
    await openPage(owner, "/knowledge");
    await expect(owner.getByTestId("source-row")).toHaveAttribute("data-status", "ready");
  });

  const { snippet } = await widgetOf(owner);
  const widget = new Widget(page);
  await page.goto((await site(snippet)).url);
  await widget.open();

  await test.step("the answer grows word by word and carries its sources", async () => {
    await recordAnswers(widget);
    const { answer } = await widget.ask("How long is the guarantee against rust?");
    await expect(answer.locator("strong")).toHaveText("guaranteed against rust");
    await expect(answer.getByTestId("citation")).toContainText("Guarantee");
    const seen = await recordedAnswers(widget);
    const lengths = seen.map((text) => text.length);
    expect(seen.length, "the answer came in one piece").toBeGreaterThan(5);
    expect(seen[0]?.length).toBeLessThan(ANSWER.length / 2);
    // The last one is the stored message, formatted; until then every text is longer than the one before.
    const growing = lengths.slice(0, -1);
    expect(growing).toEqual([...growing].sort((a, b) => a - b));
  });

  await test.step("it was asked with the passages, the question and the key", async () => {
    const asked = llm.asked.at(-1);
    expect(asked?.path).toBe("/v1/chat/completions");
    expect(asked?.authorization).toBe("Bearer sk-test-1234567890");
    expect(asked?.body.model).toBe("test-model");
    const prompt = JSON.stringify(asked?.body.messages);
    expect(prompt).toContain("eleven years against rust");
    expect(prompt).toContain("How long is the guarantee against rust?");
    expect(prompt).toContain("Rust & Candle");
  });

  // Each about something else: who asks the same again and again gets a person.
  const extractive = async (question: string, words: string) => {
    const { answer } = await widget.ask(question);
    await expect(answer).toContainText(words);
    await expect(answer.getByTestId("citation").first()).toContainText("Guarantee");
    await expect(widget.trouble).toHaveCount(0);
  };

  await test.step("status 500: the passages' own sentences, no error", async () => {
    llm.mood = "fail";
    await extractive("Does the guarantee cover candles?", "does not cover candles");
  });

  await test.step("a line that breaks in the middle", async () => {
    llm.mood = "cut";
    await extractive("How long does a parcel with lanterns take?", "three working days");
  });

  await test.step("an endpoint that never answers", async () => {
    llm.mood = "stall";
    await extractive("What does it cost to repair broken glass?", "nine euros");
  });

  await test.step("the endpoint goes away", async () => {
    await llm.close();
    await extractive("When is the workshop open on Saturday?", "from ten to four");
  });
});

test("an endpoint that cannot be used is refused where it is typed", async ({ page, watch }) => {
  await register(page, "Private Parts");
  watch.expect(/status of 422/);
  await openPage(page, "/settings/ai");
  await page.getByRole("button", { name: "Local" }).click();
  const save = page.getByRole("button", { name: "Save", exact: true });

  await page.getByLabel("Base URL").fill("ftp://example.com");
  await save.click();
  await expect(page.getByText("Write the whole address")).toBeVisible();

  await page.getByLabel("Base URL").fill("http://169.254.169.254/v1");
  await save.click();
  await expect(page.getByText("This address is in a private network.").first()).toBeVisible();
  await expect(page.getByLabel("Base URL")).toHaveValue("http://169.254.169.254/v1");
});
