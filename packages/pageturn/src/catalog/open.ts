/**
 * One of the known values, or any other text: the API may bring new values at any time, and a value that is not
 * known yet must not break a program that was typed before.
 */
export type Open<T extends string> = T | (string & Record<never, never>);
