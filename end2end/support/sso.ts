// A company's own sign-in: a real OpenID provider, on another site than Omnichat, with a page that believes any name.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import Provider, { type Configuration } from "oidc-provider";
import { freePort } from "./server.mjs";

type Person = { name: string; verified: boolean };

const FORM = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Larkspur sign-in</title><link rel="icon" href="data:,"></head>
  <body>
    <main>
      <h1>Larkspur sign-in</h1>
      <form method="post">
        <label>Work e-mail <input name="email" type="email" autofocus></label>
        <button>Let me in</button>
      </form>
    </main>
  </body>
</html>`;

export class Sso {
  readonly clientId = "omnichat";
  readonly clientSecret = randomUUID() + randomUUID();
  /** Who works there, by address. */
  readonly people = new Map<string, Person>();
  url = "";
  private server: Server | undefined;

  static async open(redirectUri: string): Promise<Sso> {
    const sso = new Sso();
    const port = await freePort();
    sso.url = `http://localhost:${port}`;
    const provider = new Provider(sso.url, sso.configuration(redirectUri));
    const answer = provider.callback();
    sso.server = createServer((request, response) => {
      if (request.url?.startsWith("/interaction/")) void sso.interact(provider, request, response);
      else void answer(request, response);
    });
    await new Promise<void>((listening) => sso.server?.listen(port, "localhost", listening));
    return sso;
  }

  private configuration(redirectUri: string): Configuration {
    const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
    return {
      clients: [{ client_id: this.clientId, client_secret: this.clientSecret, redirect_uris: [redirectUri] }],
      jwks: { keys: [{ ...key, kty: "RSA", kid: "1", use: "sig", alg: "RS256" }] },
      cookies: { keys: [randomUUID()] },
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
      pkce: { required: () => true },
      findAccount: (_, id) => {
        const person = this.people.get(id);
        if (!person) return undefined;
        const claims = { sub: id, email: id, email_verified: person.verified, name: person.name };
        return { accountId: id, claims: () => claims };
      },
      // Nobody is asked whether Omnichat may know their name.
      loadExistingGrant: async (context) => {
        const { client, session, provider } = context.oidc;
        const grant = new provider.Grant({ clientId: client?.clientId ?? "", accountId: session?.accountId ?? "" });
        grant.addOIDCScope("openid email profile");
        await grant.save();
        return grant;
      },
    };
  }

  /** Shows the form, and believes what is typed. */
  private async interact(provider: Provider, request: IncomingMessage, response: ServerResponse) {
    if (request.method !== "POST") {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end(FORM);
      return;
    }
    let body = "";
    for await (const part of request) body += part;
    const accountId = new URLSearchParams(body).get("email") ?? "";
    const result = this.people.has(accountId) ? { login: { accountId } } : { error: "access_denied" };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  async close() {
    this.server?.closeAllConnections();
    await new Promise((closed) => this.server?.close(closed));
  }
}
