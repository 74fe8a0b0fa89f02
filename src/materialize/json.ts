import { artefactOf, materializer } from "./artefact.ts";
import { onlyDocument } from "./document.ts";
import { checkFileName } from "./file-name.ts";
import { jsonText } from "./json-text.ts";

/**
 * The document as one JSON file `<name>.json` (option `name`, default `secrets`), indented by two
 * spaces, with a newline at the end. See `jsonText` for what JSON can hold.
 */
export const json = materializer("json", (tree, { name = "secrets" }) => {
  const path = `${name}.json`;
  checkFileName(path, []);
  return [artefactOf(path, `${jsonText(onlyDocument(tree), 2)}\n`)];
});
