/** Opened trees for tests, from YAML in clear. */
import { yamlFormat } from "../../src/formats/yaml/yaml-format.ts";
import {
  type Artefact,
  type Materializer,
  type MaterializeOptions,
} from "../../src/materialize/artefact.ts";
import { type Tree } from "../../src/tree/tree.ts";

export const treeOf = (yaml: string): Tree => yamlFormat.parse(new TextEncoder().encode(yaml)).tree;

export const textOf = ({ content }: Artefact): string => new TextDecoder().decode(content);

/** Artefacts as text, by path. */
export function rendered(
  materializer: Materializer,
  yaml: string,
  options: MaterializeOptions = {},
): Record<string, string> {
  const artefacts = materializer.render(treeOf(yaml), options);
  return Object.fromEntries(artefacts.map((artefact) => [artefact.path, textOf(artefact)]));
}

/** Code and place of the refusal; `null` when there is none. */
export function refusalOf(
  materializer: Materializer,
  yaml: string,
  options: MaterializeOptions = {},
): string | null {
  try {
    materializer.render(treeOf(yaml), options);
    return null;
  } catch (error) {
    const { code, places } = error as { code: string; places: { path?: string } };
    return places.path === undefined ? code : `${code} at ${places.path}`;
  }
}
