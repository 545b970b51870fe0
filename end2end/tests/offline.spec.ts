// Words are never lost: they wait without a network, leave once and in order, and survive a reload.
import { messages, openConversation, openPage, signIn } from "../support/dashboard";
import { expect, test } from "../support/test";
import { Widget } from "../support/widget";

const LINE = [/ERR_INTERNET_DISCONNECTED/, /ERR_FAILED/, /ERR_NETWORK/, /WebSocket connection to .* failed/];

test("messages written offline are sent once and in order", async ({ page, context, somebody, demo, watch }) => {
  watch.expect(...LINE);
  const widget = new Widget(page);
  await page.goto("/shop");
  await widget.open();
  await widget.ask("How much water does the watering can hold?");

  await context.setOffline(true);
  await widget.write("First, from the tunnel.");
  await widget.write("Second, still in the tunnel.");
  await expect(widget.own("First, from the tunnel.")).toHaveAttribute("data-status", "sending");
  await expect(widget.own("Second, still in the tunnel.")).toHaveAttribute("data-status", "sending");
  await expect(widget.own("Second, still in the tunnel.")).toContainText("Sending…");
  await expect(widget.trouble).toContainText("You’re offline.");

  await context.setOffline(false);
  await expect(widget.own("First, from the tunnel.")).toHaveAttribute("data-status", /sent|delivered|read/);
  await expect(widget.own("Second, still in the tunnel.")).toHaveAttribute("data-status", /sent|delivered|read/);
  await expect(widget.trouble).toHaveCount(0);

  await test.step("the server has each once, in order", async () => {
    const agent = await somebody();
    await signIn(agent, demo.agent);
    await openPage(agent, "/inbox");
    await openConversation(agent, "");
    const words = messages(agent, "contact").filter({ hasText: "tunnel" });
    await expect(words).toHaveCount(2);
    await expect(words.nth(0)).toContainText("First");
    await expect(words.nth(1)).toContainText("Second");
  });

  await test.step("a reload keeps the conversation", async () => {
    const before = await widget.messages("contact").count();
    await page.reload();
    await expect(widget.panel).toBeVisible();
    await expect(widget.messages("contact")).toHaveCount(before);
    await expect(widget.own("tunnel")).toHaveCount(2);
  });

  await test.step("a second tab shares it, both ways", async () => {
    const tab = await context.newPage();
    const second = new Widget(tab);
    await tab.goto("/shop");
    await second.open();
    await expect(second.own("tunnel")).toHaveCount(2);
    await second.write("From the second tab.");
    await expect(widget.own("From the second tab.")).toBeVisible();
    await widget.write("And from the first.");
    await expect(second.own("And from the first.")).toBeVisible();
    await expect(second.own("From the second tab.")).toHaveCount(1);
    await expect(widget.own("And from the first.")).toHaveCount(1);
  });
});

test("words that wait survive a reload and a server that is away", async ({ page, context, watch }) => {
  watch.expect(...LINE);
  const widget = new Widget(page);
  await page.goto("/shop");
  await widget.open();

  await context.route("**/api/widget/**", (route) => route.abort());
  await widget.write("Is anybody there?");
  await expect(widget.trouble).toContainText("We can’t reach the server.");
  await page.reload();
  const waiting = widget.own("Is anybody there?");
  await expect(widget.launcher).toBeVisible();
  await widget.launcher.click();
  await expect(waiting).toHaveAttribute("data-status", "sending");

  await context.unroute("**/api/widget/**");
  await expect(waiting).toHaveAttribute("data-status", /sent|delivered|read/, { timeout: 30_000 });
  await expect(waiting).toHaveCount(1);
  await page.reload();
  await expect(waiting).toHaveCount(1);
});

test("an answer that was sent but not heard is not sent twice", async ({ page, context, watch }) => {
  watch.expect(...LINE);
  const widget = new Widget(page);
  await page.goto("/shop");
  await widget.open();
  let cut = 0;
  // The server takes the message, but its answer is lost on the way.
  await context.route("**/api/widget/send", async (route) => {
    if (cut++ > 0) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await widget.write("Did this arrive?");
  await expect(widget.own("Did this arrive?")).toHaveAttribute("data-status", /sent|delivered|read/, { timeout: 30_000 });
  expect(cut).toBeGreaterThan(1);
  await page.reload();
  await expect(widget.messages("ai").first()).toBeVisible();
  await expect(widget.own("Did this arrive?")).toHaveCount(1);
});
