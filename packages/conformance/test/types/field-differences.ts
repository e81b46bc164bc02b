/** One point in which an item of ours is typed otherwise than that of the SDK. */
export interface FieldDifference {
  /** The list in the SDK. What it has under `beta.organization` and `organization` alike, both have. */
  readonly list: string;
  readonly differs: readonly string[];
  readonly why: string;
}

const version =
  "the SDK types the API version 2026-10-21; pageturn sends 2023-06-01, and types both versions";
const later = "`inference_data_privacy` is new in 1.14 of the SDK";
const oldShape = "the SDK sends no beta for this list, and gets the later shape; pageturn keeps the beta's";
const deprecated = "deprecated, and not in the list under organization, which has the same path";
const rateLimit = ["group: optional in ours alone", "group_type: field in ours alone"];
const geos = "the catalog cannot name the values of one member of a union: ours is string | string[]";

/** Every difference between the items of the official SDK and ours; a test fails for one that is gone, too. */
export const fieldDifferences: readonly FieldDifference[] = [
  ...["organization", "beta.organization"].flatMap((parent) => [
    {
      list: `${parent}.apiKeys`,
      differs: ["scope: optional in ours alone", "workspace_id: field in ours alone"],
      why: version,
    },
    { list: `${parent}.rateLimits`, differs: rateLimit, why: version },
    { list: `${parent}.workspaces.rateLimits`, differs: rateLimit, why: version },
    { list: `${parent}.rbacRoles`, differs: ["name: field in ours alone"], why: version },
    {
      list: `${parent}.workspaces`,
      differs: [
        'data_residency.allowed_inference_geos: "unrestricted" in theirs alone',
        'data_residency.allowed_inference_geos[]: "global" in theirs alone',
        'data_residency.allowed_inference_geos[]: "us" in theirs alone',
        ...(parent === "organization" ? [] : ["inference_data_privacy: field in theirs alone"]),
      ],
      why: `${geos}; ${later}`,
    },
  ]),
  {
    list: "beta.organization.externalKeys",
    differs: ["provider_config<aws>.role_arn: field in theirs alone"],
    why: deprecated,
  },
  {
    list: "beta.organization.federation.rules",
    differs: ["attributes: field in theirs alone", "workspace_id: field in theirs alone"],
    why: deprecated,
  },
  { list: "beta.files", differs: ["expires_at: field in theirs alone"], why: oldShape },
  {
    list: "beta.skills",
    differs: [
      "display_name: field in theirs alone",
      "latest_version_id: field in theirs alone",
      "source: string in ours alone",
      "source: object in theirs alone",
      'type: "skill" in theirs alone',
      "display_title: field in ours alone",
      "latest_version: field in ours alone",
    ],
    why: oldShape,
  },
  {
    list: "beta.skills.versions",
    differs: [
      'type: "skill_version" in theirs alone',
      "directory: field in ours alone",
      "version: field in ours alone",
    ],
    why: oldShape,
  },
  {
    list: "beta.agents",
    differs: [
      "tools[]<custom>.input_schema: record in ours alone",
      "tools[]<custom>.input_schema: object in theirs alone",
    ],
    why: "a JSON schema, which can have any keyword",
  },
];
