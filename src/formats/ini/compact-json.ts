import { type TreeNode, type Value } from "../../tree/tree.ts";

/** What Go escapes in JSON beside the rest, for the sake of HTML and JavaScript. */
const ESCAPED = /[<>&\u2028\u2029]/g;

/** A scalar or a list as Go's JSON without white space; `null` for what that cannot hold, and for maps. */
export function compactJson(node: TreeNode): string | null {
  switch (node.kind) {
    case "null":
      return "null";
    case "leaf":
      return scalar(node.value);
    case "list": {
      const items = node.items.filter((item) => item.kind !== "comment").map(compactJson);
      return items.includes(null) ? null : `[${items.join()}]`;
    }
    case "branch":
      return null;
  }
}

function scalar(value: Value): string | null {
  switch (value.type) {
    case "int":
      return value.text;
    case "float":
      return floatText(Number(value.text));
    case "bool":
      return value.text === "True" ? "true" : "false";
    case "str":
    case "time":
      return JSON.stringify(value.text).replace(
        ESCAPED,
        (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
    case "bytes":
      return null;
  }
}

/** NaN and the infinities have canonical texts that are no numbers of JavaScript. */
function floatText(value: number): string | null {
  if (!Number.isFinite(value)) return null;
  return Object.is(value, -0) ? "-0" : String(value);
}
