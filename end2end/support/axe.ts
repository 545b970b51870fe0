import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Looks for violations of WCAG 2.2 AA and of axe's best practices, in light and in dark. */
export async function expectAccessible(page: Page, what: string, within?: string) {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const builder = new AxeBuilder({ page });
    const { violations } = await (within ? builder.include(within) : builder).analyze();
    const told = violations.flatMap((violation) =>
      violation.nodes.map((node) => `${violation.id}: ${violation.help}\n  ${node.target.join(" ")}\n  ${node.failureSummary}`),
    );
    expect.soft(told, `${what}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
}
