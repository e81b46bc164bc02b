import { Anthropic, AsyncAnthropic, type ClientOptions } from "pageturn";

/** What each client returns or throws for the same call. */
export async function both(
  options: ClientOptions,
  call: (client: Anthropic | AsyncAnthropic) => unknown,
): Promise<readonly [sync: unknown, async: unknown]> {
  const attempt = async (client: Anthropic | AsyncAnthropic): Promise<unknown> => {
    try {
      return await call(client);
    } catch (error) {
      return error;
    }
  };
  return [await attempt(new Anthropic(options)), await attempt(new AsyncAnthropic(options))];
}
