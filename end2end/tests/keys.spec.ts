// A program gets a key, asks with it, and is locked out again.
import { openPage, signIn } from "../support/dashboard";
import { expect, test } from "../support/test";

test("a key is made, used, tried on the page of the API, and revoked", async ({ page, demo, watch }) => {
  await signIn(page, demo.owner);
  await openPage(page, "/settings/api");
  await page.getByLabel("What it is for").fill("Search");
  await page.getByRole("checkbox", { name: /ask the ai|chat/i }).first().check();
  await page.getByRole("button", { name: "Make the key" }).click();
  const key = (await page.getByTestId("new-key").innerText()).trim();
  expect(key).toMatch(/^oc_/);
  await page.reload();
  await openPage(page, "/settings/api");
  await expect(page.getByTestId("new-key")).toHaveCount(0);
  await expect(page.getByTestId("key-row")).toContainText("Search");

  const ask = () =>
    page.request.post("/api/v1/chat", {
      headers: { "x-api-key": key },
      data: { session_id: "1", message: "How long does delivery to Germany take?" },
    });
  await expect(async () => {
    const answer = await ask();
    expect(answer.status()).toBe(200);
    expect((await answer.json()).answer).toContain("2 to 4 working days");
  }).toPass({ timeout: 20_000 });

  await test.step("the page of the API sends for real", async () => {
    await page.goto("/api/v1/");
    await page.getByLabel("API key or access token").fill(key);
    const chat = page.locator("details, article, section").filter({ hasText: "/chat" }).last();
    await chat.locator("summary").first().click();
    await chat.locator("textarea").fill(JSON.stringify({ session_id: "2", message: "How long does delivery to Germany take?" }));
    await chat.getByRole("button", { name: "Send" }).click();
    await expect(chat.getByText("2 to 4 working days")).toBeVisible();
  });

  watch.expect(/status of 401/);
  await openPage(page, "/settings/api");
  await page.getByRole("button", { name: "Revoke “Search”" }).click();
  await page.getByRole("dialog", { name: "Revoke this key?" }).getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByTestId("key-row")).toHaveCount(0);
  expect((await ask()).status()).toBe(401);
});
