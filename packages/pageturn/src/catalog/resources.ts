import type { ListOf, ListOptions, Mode } from "./list-of.ts";

export interface ModelInfo {
  readonly id: string;
  readonly capabilities: Readonly<Record<string, unknown>> | null;
  readonly created_at: string;
  readonly display_name: string;
  readonly max_input_tokens: number | null;
  readonly max_tokens: number | null;
  readonly type: "model";
}
export interface ModelListParams {
  after_id?: string | undefined;
  before_id?: string | undefined;
  limit?: number | undefined;
}
export interface Models<M extends Mode> {
  list(params?: ModelListParams | null, options?: ListOptions<M>): ListOf<M, "Page", ModelInfo>;
}
export interface Skill {
  readonly id: string;
}
export interface SkillVersions<M extends Mode> {
  list(
    skillId: string,
    params?: { limit?: number; page?: string } | null,
    options?: ListOptions<M>,
  ): ListOf<M, "PageCursor", Skill>;
}
export interface Skills<M extends Mode> {
  list(
    params?: { limit?: number; page?: string } | null,
    options?: ListOptions<M>,
  ): ListOf<M, "PageCursor", Skill>;
  readonly versions: SkillVersions<M>;
}
/** The resources at the root of a client. */
export interface Resources<M extends Mode> {
  readonly models: Models<M>;
  readonly skills: Skills<M>;
}
