import type { Endpoint } from "./endpoint.ts";

/** The list endpoints that the clients know. */
export const endpoints: readonly Endpoint[] = [
  { id: "models", path: "/v1/models", page: "Page", betas: [] },
  { id: "messages.batches", path: "/v1/messages/batches", page: "Page", betas: [] },
  { id: "files", path: "/v1/files", page: "PageCursor", betas: [] },
  { id: "skills", path: "/v1/skills", page: "PageCursor", betas: [] },
  { id: "skills.versions", path: "/v1/skills/{skill_id}/versions", page: "PageCursor", betas: [] },
];
