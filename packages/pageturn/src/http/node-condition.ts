/**
 * What to do where Node.js runs the code for browsers, as a sentence behind a full stop; empty in other runtimes. A bundler or a test
 * runner has then resolved the package without the condition for Node.js.
 */
export function nodeRemedy(): string {
  const isNode = typeof process !== "undefined" && process.versions?.node !== undefined;
  // Workers have the version of Node.js too where they have its modules.
  if (!isNode || globalThis.navigator?.userAgent === "Cloudflare-Workers") return "";
  return (
    '. This is Node.js with the code for browsers, as the package was resolved without the condition "node": add it, in Rollup with ' +
    'nodeResolve({ exportConditions: ["node"] }), in Jest with jsdom with testEnvironmentOptions: ' +
    '{ customExportConditions: ["node", "node-addons"] }'
  );
}
