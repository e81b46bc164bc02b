import { readFileSync } from "node:fs";

/** The files of `certificates/make.sh`, which nothing trusts. */
type Name = "server" | "self-signed" | "other-name" | "expired" | "client";

function read(file: string): Buffer {
  return readFileSync(new URL(`certificates/${file}`, import.meta.url));
}

/** The certificate of the authority that signed all the others. */
export const AUTHORITY: string = read("authority.cert.pem").toString();

/** The certificate `name` and its key, as PEM. */
export function certificate(name: Name): { readonly cert: string; readonly key: string } {
  return { cert: read(`${name}.cert.pem`).toString(), key: read(`${name}.key.pem`).toString() };
}

/** What opens {@link LOCKED_KEY} and {@link PFX}. */
export const PASSPHRASE = "pageturn";
/** The key of the certificate `client`, encrypted. */
export const LOCKED_KEY: string = read("client.locked.pem").toString();
/** Key and certificate `client` as PKCS #12. */
export const PFX: Uint8Array = read("client.p12");
