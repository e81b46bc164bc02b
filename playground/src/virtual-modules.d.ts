/** The lists to choose from, read from `pageturn/catalog` when the page is built. */
declare module "virtual:lists" {
  export const lists: readonly import("./setup/list-choice.ts").ListChoice[];
}

/** The whole catalog, which the mock server serves. */
declare module "virtual:catalog" {
  export const catalog: import("pageturn/catalog").APICatalog;
}
