/** The time limit of the client on the mock server, in milliseconds: short, so that a fault is seen soon. */
export const TIMEOUT_MS = 2_000;

/** The plain loop is ended after this time without an answer, in milliseconds. */
export const SILENCE_MS = 4_000;
