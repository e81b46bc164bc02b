import { APIStatusError } from "./api-status-error.ts";

/** 402: billing or payment of the organization needs attention. */
export class BillingError extends APIStatusError {
  override name = "BillingError";
}
