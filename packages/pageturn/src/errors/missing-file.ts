import { ConfigurationError } from "./pageturn-error.ts";

/** The error where a file of the package is not in the folder of the module that loads it: a bundler has moved the module. */
export function missingFile(file: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError(
    `Cannot load ${file} as it is not in the folder of its module: pageturn/testing and pageturn/catalog need files of the package, so ` +
      "they cannot be a part of a bundle. Mark both as external in the bundler, and install pageturn where the program runs",
    { cause },
  );
}
