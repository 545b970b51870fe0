// An agent sees the conversation live, takes it over from the AI, and gives it back.
import { composer, live, messages, openConversation, openPage, reply, rows, signIn } from "../support/dashboard";
import { expect, test } from "../support/test";
import { Widget } from "../support/widget";

test("an agent takes over from the AI and gives back", async ({ page, somebody, demo }, info) => {
  const widget = new Widget(page);
  const agent = await somebody();

  await test.step("the agent signs in and watches the inbox", async () => {
    await agent.goto("/login");
    await expect(agent.locator("form")).toHaveJSProperty("noValidate", true);
    await agent.getByLabel("E-mail").fill(demo.agent.email);
    await agent.getByLabel("Password").fill(demo.agent.password);
    await live(agent, () => agent.getByRole("button", { name: "Sign in" }).click());
    await expect(agent).toHaveURL(/\/inbox$/);
  });

  await test.step("a visitor asks; the conversation appears by itself", async () => {
    const before = await rows(agent).count();
    await page.goto("/shop");
    await widget.open();
    await widget.ask("How many days do I have to send back a pot?");
    await expect(rows(agent)).toHaveCount(before + 1);
    await openConversation(agent, "");
    await expect(messages(agent, "contact").last()).toContainText("How many days do I have to send back a pot?");
    await expect(messages(agent, "ai")).toHaveCount(1);
    await expect(agent.getByTestId("ai-toggle")).toContainText("AI is answering");
  });

  await test.step("what the agent has seen is read in the widget", async () => {
    await expect(widget.own("How many days do I have to send back a pot?")).toHaveAttribute("data-status", "read");
  });

  await test.step("typing shows on both sides", async () => {
    await widget.composer.pressSequentially("One more thi");
    await expect(agent.locator("[data-testid=typing][data-sender=contact]").first()).toBeVisible();
    await composer(agent).pressSequentially("Let me loo");
    await expect(widget.typing).toBeVisible();
    await expect(widget.typing).toContainText("Ana");
    await composer(agent).fill("");
    await expect(widget.typing).toBeHidden();
    await widget.composer.fill("");
  });

  await test.step("the agent takes over", async () => {
    await agent.getByTestId("ai-toggle").click();
    await expect(agent.getByTestId("ai-toggle")).toContainText("You have it");
    await expect(widget.panel.getByTestId("person")).toContainText("A person will reply to you here.");
  });

  await test.step("the AI is silent; the reply is in the widget at once", async () => {
    await widget.write("How long does delivery take?");
    await expect(widget.own("How long does delivery take?")).toHaveAttribute("data-status", "read");
    await expect(messages(agent, "contact").last()).toContainText("How long does delivery take?");
    const sent = performance.now();
    await reply(agent, "Hello, Ana here. **Two days**, since you live next door.");
    const arrived = widget.messages("agent").filter({ hasText: "Two days" });
    await expect(arrived).toBeVisible();
    info.annotations.push({ type: "reply to widget", description: `${Math.round(performance.now() - sent)} ms` });
    await expect(arrived.locator("strong")).toHaveText("Two days");
    await widget.write("And what are your opening hours?");
    await reply(agent, "Nine to six.");
    await expect(widget.messages("agent").filter({ hasText: "Nine to six." })).toBeVisible();
    await expect(widget.messages("ai")).toHaveCount(1);
    await expect(messages(agent, "ai")).toHaveCount(1);
  });

  await test.step("a note stays inside", async () => {
    await agent.getByRole("button", { name: "Note", exact: true }).click();
    await composer(agent).fill("Comes every week, be kind.");
    await composer(agent).press("Enter");
    await expect(messages(agent, "agent", true)).toContainText("Comes every week");
    await agent.getByRole("button", { name: "Reply", exact: true }).click();
    await reply(agent, "Anything else?");
    await expect(widget.messages("agent").filter({ hasText: "Anything else?" })).toBeVisible();
    await expect(widget.panel).not.toContainText("Comes every week");
  });

  await test.step("the agent gives back; the AI answers again, and only the new question", async () => {
    await agent.getByTestId("ai-toggle").click();
    await expect(agent.getByTestId("ai-toggle")).toContainText("AI is answering");
    const { answer } = await widget.ask("How long is a gift card valid?");
    await expect(answer.getByTestId("citation").first()).toBeVisible();
    await expect(widget.messages("ai")).toHaveCount(2);
    await expect(messages(agent, "ai")).toHaveCount(2);
  });

  await test.step("nothing is lost by a reload on either side", async () => {
    const before = (await widget.messages().allInnerTexts()).length;
    await page.reload();
    await expect(widget.messages()).toHaveCount(before);
    await live(agent, () => agent.reload());
    await expect(messages(agent, "ai")).toHaveCount(2);
    await expect(messages(agent, "agent", true)).toHaveCount(1);
  });
});

test("a visitor asks for a person", async ({ page, somebody, demo }) => {
  const widget = new Widget(page);
  const agent = await somebody();
  await signIn(agent, demo.agent);
  await openPage(agent, "/inbox");

  await page.goto("/shop");
  await widget.open();
  await widget.panel.getByRole("button", { name: "Talk to a person" }).click();
  await expect(widget.own("I would like to talk to a person.")).toBeVisible();
  await expect(widget.panel.getByTestId("person")).toContainText("A person will reply to you here.");

  await openConversation(agent, "");
  await expect(messages(agent, "contact").last()).toContainText("I would like to talk to a person.");
  await expect(agent.getByTestId("ai-toggle")).toContainText("Give back to AI");
  await reply(agent, "A person, at your service.");
  await expect(widget.messages("agent")).toContainText("A person, at your service.");
});
