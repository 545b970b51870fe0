import { createServer, type Server } from "node:http";
import { freePort } from "./server.mjs";

/** A page of a business on its own origin: another port, and `localhost` where Omnichat is `127.0.0.1`. */
export class Site {
  private server: Server | undefined;
  private html = "";
  url = "";

  static async open(snippet: string, extra = ""): Promise<Site> {
    const site = new Site();
    site.paste(snippet, extra);
    const port = await freePort();
    site.url = `http://localhost:${port}/`;
    site.server = createServer((request, response) => {
      const found = request.url === "/" || request.url?.startsWith("/?");
      response.writeHead(found ? 200 : 404, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
      response.end(found ? site.html : "");
    });
    await new Promise<void>((listening) => site.server?.listen(port, "localhost", listening));
    return site;
  }

  /** Puts the snippet before the closing body tag, as the page that gives it says. */
  paste(snippet: string, extra = "") {
    this.html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Larkspur Lanterns</title>
    <link rel="icon" href="data:,">
    <style>
      /* A page with strong opinions, none of which may reach the widget. */
      * { font-family: cursive !important; letter-spacing: 0.1em; }
      button, textarea, p, div { color: red; text-transform: uppercase; padding: 30px; }
    </style>
    ${extra}
  </head>
  <body>
    <main><h1>Larkspur Lanterns</h1><p>Lanterns for long evenings.</p></main>
    ${snippet}
  </body>
</html>`;
  }

  async close() {
    this.server?.closeAllConnections();
    await new Promise((closed) => this.server?.close(closed));
  }
}
