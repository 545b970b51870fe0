// Pictures of what there is, in report/screens, to be looked at: each screen wide in light and on a phone in dark.
// With OMNICHAT_SCREENSHOTS also wide in dark and on a phone in light, and the four of the README in docs/images.
import type { Page } from "@playwright/test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { composer, live, messages, openConversation, openForm, openPage, register, reply, rows, signIn, teach } from "../support/dashboard";
import { ROOT } from "../support/server.mjs";
import { expect, test } from "../support/test";
import { Widget } from "../support/widget";

const SCREENS = join(ROOT, "end2end/report/screens");
const IMAGES = join(ROOT, "docs/images");
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

test.use({ viewport: WIDE });
test.beforeAll(() => [SCREENS, IMAGES].forEach((folder) => mkdirSync(folder, { recursive: true })));

/** One screen in its variants. */
async function shoot(page: Page, name: string, forReadme = false) {
  for (const [size, viewport] of [["wide", WIDE], ["phone", PHONE]] as const) {
    for (const colorScheme of ["light", "dark"] as const) {
      const isUsual = (size === "wide") === (colorScheme === "light");
      if (!isUsual && !process.env.OMNICHAT_SCREENSHOTS) continue;
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      const path = join(SCREENS, `${name}-${size}-${colorScheme}.png`);
      await page.screenshot({ path, animations: "disabled", caret: "hide" });
      if (forReadme && size === "wide" && colorScheme === "light" && process.env.OMNICHAT_SCREENSHOTS) {
        await page.screenshot({ path: join(IMAGES, `${name}.png`), animations: "disabled", caret: "hide" });
      }
    }
  }
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
}

/** Talks in an inbox, as on any afternoon: who, what they ask, and what they add when nobody has opened the talk. */
const TALKS = [
  { name: "Jonas Keller", asks: "Wie lange dauert die Lieferung nach Deutschland?", adds: "Ich wohne in Köln, vierter Stock ohne Aufzug." },
  { name: "Trần Thị Mai Hương", asks: "Cây bách xù cần bao nhiêu nước vào mùa hè?", adds: "Tôi trồng nó trong chậu trên ban công." },
  { name: "ليلى حدّاد", asks: "ما هي أوقات عمل المتجر يوم السبت؟", adds: "أريد أن أزور المتجر مع والدتي." },
  { name: "Ines Duarte", asks: "Is a saucer included with the Siena pots?" },
  { name: "Oluwaseun Adeyemi", asks: "How cold may it get for an olive tree outside?", adds: "My balcony faces north. Is that a problem?" },
  { name: "Camille Laurent", asks: "Can I pay with PayPal?" },
  { name: "Henrik Sørensen", asks: "Do you deliver to Switzerland?" },
  { name: "Pooja Raman", asks: "How long is a gift card valid?", adds: "Perfect, thank you!" },
];

/** Writes into the contact's panel, which saves as a field is left. */
async function know(agent: Page, field: string, value: string) {
  const panel = agent.getByRole("complementary", { name: "Contact" });
  await panel.getByLabel(field).fill(value);
  await panel.getByLabel(field).press("Tab");
  await expect(panel.getByRole("status")).toContainText("Saved");
}

test("pictures of the widget and the inbox", async ({ page, somebody, demo, watch }) => {
  watch.expect(/ERR_INTERNET_DISCONNECTED/);
  test.setTimeout(120_000);
  const agent = await somebody({ viewport: WIDE });
  await signIn(agent, demo.agent);
  await openPage(agent, "/inbox");
  const visitors: Widget[] = [];
  for (const { name, asks } of TALKS) {
    const visitor = new Widget(await somebody());
    visitors.push(visitor);
    await visitor.page.goto("/shop");
    await visitor.open();
    await visitor.ask(asks);
    await openConversation(agent, "");
    await expect(messages(agent, "contact").last()).toContainText(asks);
    await know(agent, "Name", name);
  }
  const widget = new Widget(page);
  await page.goto("/shop");
  await shoot(page, "shop");
  await widget.open();
  await expect(widget.panel.getByTestId("suggestion").first()).toBeVisible();
  await shoot(page, "widget-home");
  const first = await widget.ask("How long is the warranty on your tools?");
  await first.answer.getByTestId("citation").first().click();
  await widget.ask("How many days do I have to send back a pot?");
  await shoot(page, "widget", true);

  await openConversation(agent, "");
  await expect(messages(agent, "contact").last()).toContainText("send back a pot");
  await know(agent, "Name", "Mette Vos");
  await know(agent, "E-mail", "mette@vos.example");
  await openPage(agent, "/inbox");
  for (const [place, { adds }] of TALKS.entries()) {
    if (adds) await visitors[place]?.write(adds);
  }
  await expect(visitors.at(-1)!.messages("ai")).toHaveCount(2);
  await expect(rows(agent).first()).toContainText("Pooja Raman");
  await shoot(agent, "inbox-list");
  await openConversation(agent, "Mette Vos");
  await messages(agent, "ai").last().locator("summary").click();
  await agent.getByTestId("ai-toggle").click();
  await reply(agent, "Hello Mette, Ana here from the nursery. One thing to add: **keep the box**, the label goes on it.");
  await agent.getByRole("button", { name: "Note", exact: true }).click();
  await composer(agent).fill("Second pot this year. Offer the workshop on planting.");
  await composer(agent).press("Enter");
  await expect(messages(agent, "agent", true)).toBeVisible();
  await agent.getByRole("button", { name: "Reply", exact: true }).click();
  await widget.write("Thank you, Ana! I will.");
  await expect(messages(agent, "contact").last()).toContainText("Thank you, Ana!");
  await widget.composer.pressSequentially("One last");
  await expect(agent.locator("[data-testid=typing][data-sender=contact]").first()).toBeVisible();
  await shoot(agent, "inbox", true);
  await agent.setViewportSize(WIDE);
  await agent.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await shoot(agent, "inbox-shortcuts");
  await shoot(page, "widget-with-agent");

  await page.context().setOffline(true);
  await widget.write("Are you still there?");
  await expect(widget.trouble).toBeVisible();
  await shoot(page, "widget-offline");
  await page.context().setOffline(false);
});

test("pictures of knowledge and settings", async ({ page, demo }) => {
  await signIn(page, demo.owner);
  await openPage(page, "/knowledge");
  await expect(page.getByTestId("source-row").first()).toBeVisible();
  await page.getByTestId("test-question").fill("How cold may it get for an olive tree outside?");
  await page.getByTestId("test-question").press("Enter");
  await expect(page.getByTestId("test-answer")).toContainText("-5 °C");
  await shoot(page, "knowledge", true);
  await openPage(page, "/settings/widget");
  await shoot(page, "settings-widget");
  await openPage(page, "/settings/ai");
  await page.getByRole("button", { name: "Groq" }).click();
  await shoot(page, "settings-ai");
});

test("pictures of a new business", async ({ page, demo, watch }) => {
  watch.expect(/status of 401/);
  await openForm(page, "/login");
  await shoot(page, "login");
  await page.getByLabel("E-mail").fill(demo.agent.email);
  await page.getByLabel("Password").fill("wrong password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await shoot(page, "login-wrong");
  await openForm(page, "/register");
  await shoot(page, "register");
  await register(page, "Nguyễn & Söhne Gewürzmanufaktur, Import von Kräutern und Gewürzen");
  await openPage(page, "/inbox");
  await shoot(page, "inbox-empty");
  await openPage(page, "/knowledge");
  await shoot(page, "knowledge-empty");
  for (const step of [1, 2, 4]) {
    await openPage(page, `/onboarding?step=${step}`);
    await shoot(page, `onboarding-${step}`);
  }
  await teach(page, "Versand und Rückgabe", "Wir versenden an jedem Werktag. Gewürze können ungeöffnet innerhalb von 14 Tagen zurückgegeben werden.");
  await teach(page, "Öffnungszeiten", "Unser Laden ist montags bis freitags von 9 bis 18 Uhr geöffnet.");
  await openPage(page, "/onboarding?step=3");
  await expect(page.locator("[data-testid=source-row][data-status=ready]")).toHaveCount(2);
  await shoot(page, "onboarding-3");
  await openPage(page, "/onboarding?step=2");
  await page.getByRole("button", { name: "Orange" }).click();
  await shoot(page, "onboarding", true);
  await live(page, () => page.goto("/inbox"));
  await expect(rows(page)).toHaveCount(0);
});
