// What belongs to one business does not exist for another.
import { openPage, register, rows, signIn } from "../support/dashboard";
import { expect, test } from "../support/test";
import { Widget } from "../support/widget";

test("a conversation of another business is not found", async ({ page, somebody, demo, watch }) => {
  watch.expect(/status of 404/);
  const widget = new Widget(page);
  await page.goto("/shop");
  await widget.open();
  await widget.write("A secret between me and Juniper & Pine.");
  await expect(widget.own("A secret")).toHaveAttribute("data-status", /sent|delivered|read/);

  const agent = await somebody();
  await signIn(agent, demo.agent);
  await openPage(agent, "/inbox");
  const id = await rows(agent).first().getAttribute("data-id");
  await openPage(agent, `/inbox/${id}`);
  await expect(agent.locator("body")).toContainText("A secret between me");

  const stranger = await somebody();
  await register(stranger, "Curious & Co");
  await openPage(stranger, `/inbox/${id}`);
  await expect(stranger.getByText("This conversation does not exist")).toBeVisible();
  await expect(stranger.locator("body")).not.toContainText("A secret between me");
  expect(await stranger.content()).not.toContain("A secret between me");
  await openPage(stranger, "/inbox?q=secret");
  await expect(rows(stranger)).toHaveCount(0);
  await openPage(stranger, "/knowledge");
  await expect(stranger.getByTestId("source-row")).toHaveCount(0);
  await expect(stranger.locator("body")).not.toContainText("Gift cards");
});

test("nobody gets in without signing in", async ({ page, baseURL }) => {
  for (const path of ["/inbox", "/knowledge", "/settings/widget", "/settings/ai", "/onboarding"]) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/login(\?next=.*)?$/);
  }
  for (const call of ["inbox/list", "knowledge/list", "widgets/list", "answers/settings", "inbox/conversation"]) {
    const answer = await page.request.post(`/api/${call}`, {
      headers: { origin: baseURL ?? "", "content-type": "application/x-postcard" },
      data: Buffer.alloc(64),
    });
    expect([401, 422], `${call} says ${answer.status()}`).toContain(answer.status());
  }
});
