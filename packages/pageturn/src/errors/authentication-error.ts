import { APIStatusError } from "./api-status-error.ts";

/** 401: the API key or token is missing, wrong or revoked. */
export class AuthenticationError extends APIStatusError {
  override name = "AuthenticationError";
}
