// A real mail server on this machine, with a certificate that was signed in the house.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";
import { SMTPServer } from "smtp-server";
import { freePort } from "./server.mjs";

/** A key with a certificate for "localhost", and the one that it is signed with. */
export type House = { key: string; cert: string; caFile: string };

/** Makes the certificates; the one to trust is written to the folder. */
export async function house(folder: string): Promise<House> {
  const authority = await generate([{ name: "commonName", value: "Larkspur House" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    algorithm: "sha256",
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] },
      { name: "extKeyUsage", serverAuth: true },
    ],
  });
  const caFile = join(folder, "house.pem");
  writeFileSync(caFile, authority.cert);
  return { key: leaf.private, cert: leaf.cert, caFile };
}

export class MailServer {
  readonly user = "shop@larkspur.example";
  readonly password = "p@ss/word";
  /** The mails that were taken, as they came. */
  readonly mails: { to: string; text: string; isEncrypted: boolean; user: string }[] = [];
  /** What went wrong with connections. */
  readonly faults: string[] = [];
  port = 0;
  private server: SMTPServer | undefined;

  /** Starts one: encrypted from the first byte, or after STARTTLS. */
  static async open({ key, cert }: House, isImplicit: boolean): Promise<MailServer> {
    const own = new MailServer();
    own.port = await freePort();
    own.server = new SMTPServer({
      secure: isImplicit,
      key,
      cert,
      authMethods: ["PLAIN", "LOGIN"],
      // Nobody may say a password in the clear.
      allowInsecureAuth: false,
      onAuth({ username, password }, _session, done) {
        if (username === own.user && password === own.password) return done(null, { user: username });
        return done(new Error("wrong password"));
      },
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          const to = session.envelope.rcptTo.map((one) => one.address).join(", ");
          const text = Buffer.concat(chunks).toString().replaceAll("=\r\n", "").replaceAll("=3D", "=");
          own.mails.push({ to, text, isEncrypted: session.secure, user: String(session.user) });
          done();
        });
      },
    });
    own.server.on("error", (error) => own.faults.push(String(error)));
    await new Promise<void>((listening) => own.server?.listen(own.port, "localhost", listening));
    return own;
  }

  /** Its address for the product. */
  url(isImplicit: boolean) {
    const sign = `${encodeURIComponent(this.user)}:${encodeURIComponent(this.password)}`;
    return `${isImplicit ? "smtps" : "smtp"}://${sign}@localhost:${this.port}`;
  }

  async close() {
    await new Promise<void>((closed) => this.server?.close(() => closed()));
  }
}

/** The end of a log. */
export const log = (file: string) => readFileSync(file, "utf8");
