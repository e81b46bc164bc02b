/** Where npm and Yarn look for a proxy before the variables that every program reads. */
const OF_PACKAGE_MANAGERS: Readonly<Record<string, readonly string[]>> = {
  http_proxy: ["npm_config_proxy", "YARN_HTTP_PROXY"],
  https_proxy: ["npm_config_https_proxy", "YARN_HTTPS_PROXY"],
  no_proxy: ["npm_config_noproxy"],
};

/**
 * Removes from an environment what a user has set for the library and the command: a key, a server or a proxy. npm and Yarn, which
 * tests run to install packages, keep the proxy, under names that they alone read.
 */
export function setUserAside(env: NodeJS.ProcessEnv): void {
  for (const [name, own] of Object.entries(OF_PACKAGE_MANAGERS)) {
    const value = env[name] ?? env[name.toUpperCase()];
    if (value) for (const each of own) env[each] ??= value;
  }
  for (const name of Object.keys(env))
    if (/^(?:ANTHROPIC_.*|(?:https?|no|all)_proxy)$/i.test(name)) delete env[name];
}
