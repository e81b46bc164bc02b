/**
 * One of the known values, or any other string. The API can add values at any time, and a new value must not
 * break the types of existing programs.
 */
export type Open<T extends string> = T | (string & Record<never, never>);
