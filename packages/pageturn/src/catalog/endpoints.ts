export { endpoints } from "./generated/endpoints.ts";
