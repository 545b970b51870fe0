import type { BrowserContext } from "@playwright/test";

/** Collects what a browser complains about: console, uncaught errors, violations of the content security policy. */
export class Watch {
  readonly problems: string[] = [];
  private readonly expected: RegExp[] = [];

  /** This complaint is what the test is about. */
  expect(...complaints: RegExp[]) {
    this.expected.push(...complaints);
  }

  async follow(context: BrowserContext) {
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`policy: ${event.violatedDirective} forbids ${event.blockedURI} in ${event.sourceFile}`);
      });
    });
    context.on("console", (message) => {
      if (["error", "warning", "assert"].includes(message.type())) {
        this.note(`${message.type()}: ${message.text()} (${message.location().url || message.page()?.url()})`);
      }
    });
    context.on("weberror", (error) => this.note(`uncaught: ${error.error().stack ?? error.error().message}`));
  }

  /** What nobody expected. */
  unexpected(): string[] {
    return this.problems.filter((problem) => !this.expected.some((pattern) => pattern.test(problem)));
  }

  private note(problem: string) {
    this.problems.push(problem);
  }
}
