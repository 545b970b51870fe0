import type { BrowserContext } from "@playwright/test";

/** A complaint with a stack is told by its beginning; the trace has the rest. */
const LONGEST = 400;

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

  /** What nobody expected, each complaint once. */
  unexpected(): string[] {
    const unexpected = this.problems.filter((problem) => !this.expected.some((pattern) => pattern.test(problem)));
    return [...new Set(unexpected)];
  }

  private note(problem: string) {
    this.problems.push(problem.length > LONGEST ? `${problem.slice(0, LONGEST)}…` : problem);
  }
}
