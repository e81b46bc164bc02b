import Stripe from "stripe";
import { Consumer } from "../contenders/consumer.ts";
import type { Job, Tally } from "../process/job.ts";
import { jsonResponse, MemoryList, queryParam } from "./memory-list.ts";

export async function walk(job: Job): Promise<Tally> {
  const list = new MemoryList(job);
  const answer = async (input: unknown) => {
    const place = list.placeBehind(queryParam(input, "starting_after"));
    return jsonResponse(
      `{"object":"list","url":"/v1/customers","has_more":${!place.isLast},"data":${list.itemsText(place)}}`,
    );
  };
  const stripe = new Stripe("sk_test_key", {
    httpClient: Stripe.createFetchHttpClient(answer),
    telemetry: false,
  });
  const consumer = new Consumer(job);
  const limit = job.limit ?? 20;
  if (job.by !== "pages") {
    for await (const customer of stripe.customers.list({ limit })) consumer.take(customer);
    return consumer.tally;
  }
  let after: string | undefined;
  do {
    const page = await stripe.customers.list({
      limit,
      ...(after !== undefined && { starting_after: after }),
    });
    for (const customer of page.data) consumer.take(customer);
    after = page.has_more ? page.data.at(-1)?.id : undefined;
  } while (after !== undefined);
  return consumer.tally;
}
