// The widget as a visitor uses it. Playwright looks into open shadow roots by itself.
import { expect, type Locator, type Page } from "@playwright/test";

export type Sender = "contact" | "agent" | "ai" | "system";

export class Widget {
  readonly launcher: Locator;
  readonly panel: Locator;
  readonly composer: Locator;
  readonly typing: Locator;
  readonly trouble: Locator;

  constructor(readonly page: Page) {
    const widget = page.locator("omnichat-widget");
    this.launcher = widget.getByTestId("launcher");
    this.panel = widget.getByTestId("panel");
    this.composer = this.panel.getByRole("textbox", { name: "Your message" });
    this.typing = this.panel.getByTestId("typing");
    this.trouble = this.panel.getByTestId("error").filter({ visible: true });
  }

  async open() {
    await this.launcher.click();
    await expect(this.panel).toBeVisible();
    await expect(this.composer).toBeFocused();
  }

  messages(sender?: Sender): Locator {
    return this.panel.locator(sender ? `[data-testid=message][data-sender=${sender}]` : "[data-testid=message]");
  }

  /** The visitor's own words as they stand in the log. */
  own(text: string): Locator {
    return this.messages("contact").filter({ hasText: text });
  }

  async write(text: string) {
    await this.composer.fill(text);
    await this.composer.press("Enter");
    await expect(this.composer).toHaveValue("");
  }

  /** Asks, and waits for the next message of the AI to be complete. Gives it, and the milliseconds that it took. */
  async ask(question: string): Promise<{ answer: Locator; milliseconds: number }> {
    const before = await this.messages("ai").count();
    await this.composer.fill(question);
    const asked = performance.now();
    await this.composer.press("Enter");
    const answer = this.messages("ai").nth(before);
    await answer.waitFor({ timeout: 30_000 });
    const milliseconds = Math.round(performance.now() - asked);
    await expect(answer.locator(".streaming")).toHaveCount(0, { timeout: 30_000 });
    return { answer, milliseconds };
  }
}

/** The loader's line for a widget. */
export const snippetOf = (server: string, widget: string) => `<script async src="${server}/w/${widget}.js"></script>`;

/** Writes down every text that the last message of the AI has had, from now on. */
export async function recordAnswers(widget: Widget) {
  await widget.page.evaluate(() => {
    const root = document.querySelector("omnichat-widget")?.shadowRoot;
    const seen: string[] = [];
    (window as unknown as { answers: string[] }).answers = seen;
    const look = () => {
      const all = root?.querySelectorAll("[data-testid=message][data-sender=ai] .bubble") ?? [];
      const text = all[all.length - 1]?.textContent?.trim();
      if (text && seen[seen.length - 1] !== text) seen.push(text);
    };
    if (root) new MutationObserver(look).observe(root, { childList: true, subtree: true, characterData: true });
  });
}

export const recordedAnswers = (widget: Widget) =>
  widget.page.evaluate(() => (window as unknown as { answers: string[] }).answers);
