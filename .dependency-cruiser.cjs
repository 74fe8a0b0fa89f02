/**
 * The dependency table: what each room of src may import, and which rooms may reach each outside
 * thing. Type imports count. A new room is a new line; a new arrow is a change of its own.
 */
const ROOMS = {
  errors: [],
  version: [],
  tree: ["errors"],
  keys: ["errors"],
  formats: ["errors", "tree"],
  cipher: ["errors", "tree"],
  materialize: ["errors", "tree"],
  seal: ["errors", "tree", "formats", "cipher", "keys"],
  project: ["errors", "tree", "formats", "cipher", "keys", "seal"],
  deliver: ["errors", "tree", "materialize", "project"],
  builtins: [
    "errors",
    "tree",
    "formats",
    "cipher",
    "keys",
    "materialize",
    "seal",
    "project",
    "deliver",
  ],
  index: [
    "errors",
    "version",
    "tree",
    "formats",
    "cipher",
    "keys",
    "materialize",
    "seal",
    "project",
    "deliver",
    "builtins",
  ],
  cli: ["index"],
};

const OUTSIDE = [
  ["^yaml$", ["formats", "project"]],
  ["^commander$", ["cli"]],
  ["^@noble/", ["cipher"]],
  ["^age-encryption$", ["keys"]],
  ["^re2js$", ["tree"]],
  [
    "^(node:)?(fs|fs/promises|child_process|net|http|https|tls|dgram|os|path|process|stream|readline|readline/promises)$",
    ["project", "deliver", "cli"],
  ],
  ["^(node:)?crypto$", ["cipher", "project", "deliver"]],
];

/** A room is a folder of src, or a file right in it. */
const room = (name) => `^src/${name}(/|\\.ts$)`;
/** A package wherever it is installed, or a module of Node's own. */
const outsidePath = (outside) => outside.replace("^", "(^|node_modules/)").replace("$", "($|/)");
const anyOf = (names) => names.map(room).join("|") || "^$";

module.exports = {
  forbidden: [
    ...Object.entries(ROOMS).map(([name, below]) => ({
      name: `${name}-imports-only-down`,
      severity: "error",
      from: { path: room(name) },
      to: { path: "^src/", pathNot: anyOf([name, ...below]) },
    })),
    {
      name: "every-room-is-in-the-table",
      severity: "error",
      from: { path: "^src/", pathNot: anyOf(Object.keys(ROOMS)) },
      to: {},
    },
    ...OUTSIDE.map(([outside, rooms]) => ({
      name: `${rooms.join("-")}-only`,
      severity: "error",
      from: { path: "^src/", pathNot: anyOf(rooms) },
      to: { path: outsidePath(outside) },
    })),
    {
      name: "nothing-outside-that-is-not-in-the-table",
      severity: "error",
      from: { path: "^src/" },
      to: { pathNot: ["^src/", ...OUTSIDE.map(([outside]) => outsidePath(outside))] },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, pathNot: "^src/(index|cli/main)\\.ts$" },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "default"],
    },
  },
};
