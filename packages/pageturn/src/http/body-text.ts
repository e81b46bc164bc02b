import type { HttpResponse } from "./http-message.ts";

const utf8 = new TextDecoder();

/** The body of a response as text. Bytes that are no UTF-8 become U+FFFD. */
export function bodyText(response: HttpResponse): string {
  return utf8.decode(response.body);
}
