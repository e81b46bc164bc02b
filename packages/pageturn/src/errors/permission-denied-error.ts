import { APIStatusError } from "./api-status-error.ts";

/** 403: the credential may not do this. */
export class PermissionDeniedError extends APIStatusError {
  override name = "PermissionDeniedError";
}
