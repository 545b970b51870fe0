// What every story needs: people with browsers of their own, pages of other origins, and eyes on the console.
import { test as base, type BrowserContextOptions, type Page } from "@playwright/test";
import { Llm } from "./llm";
import type { Demo } from "./server.mjs";
import { Site } from "./site";
import { Watch } from "./watch";

export { expect } from "@playwright/test";

type Fixtures = {
  /** Fails the test at its end when a browser has complained about something that was not expected. */
  watch: Watch;
  /** How to sign in to the demo business. */
  demo: Demo;
  /** A page in a new browser context: somebody with cookies and storage of their own. */
  somebody: (options?: BrowserContextOptions) => Promise<Page>;
  /** A page on another origin with the snippet in it. */
  site: (snippet: string, extra?: string) => Promise<Site>;
  /** A language model that gives this answer. */
  model: (answer: string) => Promise<Llm>;
};

export const test = base.extend<Fixtures>({
  watch: [
    async ({}, use, info) => {
      const watch = new Watch();
      await use(watch);
      if (info.status === info.expectedStatus) {
        base.expect(watch.unexpected(), "the browsers complained").toEqual([]);
      }
    },
    { auto: true },
  ],

  demo: async ({}, use) => {
    await use(JSON.parse(process.env.OMNICHAT_TEST_DEMO ?? "{}"));
  },

  context: async ({ context, watch }, use) => {
    await watch.follow(context);
    await use(context);
  },

  somebody: async ({ browser, contextOptions, watch }, use) => {
    const contexts: { close: () => Promise<void> }[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ ...contextOptions, ...options });
      contexts.push(context);
      await watch.follow(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },

  site: async ({}, use) => {
    const sites: Site[] = [];
    await use(async (snippet, extra) => {
      const site = await Site.open(snippet, extra);
      sites.push(site);
      return site;
    });
    for (const site of sites) await site.close();
  },

  model: async ({}, use) => {
    const models: Llm[] = [];
    await use(async (answer) => {
      const model = await Llm.open(answer);
      models.push(model);
      return model;
    });
    for (const model of models) await model.close();
  },
});
