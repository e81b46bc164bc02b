/** A class that other copies of the library have too, under the same name. Each class has a name of its own. */
interface SharedClass {
  readonly pageturnClass: string;
  readonly prototype: object;
}

/**
 * What `instanceof` returns for the classes of this library: an object of the same class in another copy of it is an
 * instance too. A program that uses `import` and `require()` has two copies: ES modules and CommonJS.
 */
export function isInstance(this: SharedClass, value: unknown): boolean {
  if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
  // A class that extends one of the library inherits the name, and is another class.
  if (!Object.hasOwn(this, "pageturnClass") || typeof value !== "object" || value === null) return false;
  for (
    let prototype: object | null = Object.getPrototypeOf(value);
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    const name = Object.getOwnPropertyDescriptor(prototype.constructor, "pageturnClass");
    if (name?.value === this.pageturnClass) return true;
  }
  return false;
}

/** Whether a value is an error, also one of another realm: in Jest, the errors of Node are instances of another `Error`. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}
