/** The public interface of underseal. */
export {
  MATERIALIZERS,
  materialize,
  openFile,
  openProject,
  openText,
  sealFile,
  sealText,
} from "./builtins.ts";
export { deliverFile, deliverFiles } from "./deliver/deliver.ts";
export {
  type Attempt,
  ERROR_TABLE,
  type ErrorCode,
  type ErrorPlaces,
  UndersealError,
} from "./errors.ts";
export { parseJsonValue as parseJson } from "./formats/json-value.ts";
export { generateAgeKey, recipientOf } from "./keys/age.ts";
export {
  type KeyKind,
  type KeyProvider,
  type Recipient,
  type WrappedKey,
} from "./keys/key-provider.ts";
export {
  type Artefact,
  type Materializer,
  type MaterializeOptions,
} from "./materialize/artefact.ts";
export { jsonText } from "./materialize/json-text.ts";
export { splitCommandLine } from "./project/command-line.ts";
export { hostSurroundings, type Place } from "./project/host.ts";
export { type Initialised, initProject } from "./project/init.ts";
export { type OpenedFile } from "./project/opened-file.ts";
export {
  type ConvertOptions,
  type OpenFileOptions,
  type ReadOptions,
  type SealFileOptions,
} from "./project/options.ts";
export { type Draft, type KeyUpdate, type NewFile, type Project } from "./project/project.ts";
export { readAnyFile, type SourceFile } from "./project/read.ts";
export { type Surroundings } from "./project/surroundings.ts";
export { type Metadata } from "./seal/metadata.ts";
export { type Warning } from "./seal/open.ts";
export { type OpenedText, type OpenTextOptions, type SealTextOptions } from "./seal/text.ts";
export { escapeText, formatPath, parsePath, type TreePath } from "./tree/path.ts";
export { SELECTION_FIELDS, type SelectionField, type SelectionSetting } from "./tree/selection.ts";
export {
  type Branch,
  type Comment,
  type Entry,
  type Leaf,
  type List,
  type Null,
  textLeaf,
  type Tree,
  type TreeNode,
  type Value,
  valueOfBytes,
} from "./tree/tree.ts";
export { VERSION } from "./version.ts";
