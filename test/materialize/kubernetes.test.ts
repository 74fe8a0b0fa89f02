import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { kubernetes } from "../../src/materialize/kubernetes.ts";
import { refusalOf, rendered } from "./opened.ts";

const manifest = (yaml: string, options = {}): unknown => {
  const [text = ""] = Object.values(rendered(kubernetes, yaml, options));
  return parseDocument(text).toJS();
};
const base64 = (text: string): string => Buffer.from(text).toString("base64");

const SECRET = `apiVersion: v1
kind: Secret
metadata: {name: db, labels: {app: web}}
immutable: true
type: kubernetes.io/tls
stringData:
  password: "s3cret # not a comment"
  multi: |
    one
    two
data: {user: YXBw}
`;

describe("a Secret manifest", () => {
  it("comes out as it is", () => {
    expect(manifest(SECRET)).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "db", labels: { app: "web" } },
      immutable: true,
      type: "kubernetes.io/tls",
      data: { user: "YXBw" },
      stringData: { password: "s3cret # not a comment", multi: "one\ntwo\n" },
    });
  });

  it("takes another name, namespace and type", () => {
    expect(manifest(SECRET, { name: "other", namespace: "prod", type: "Opaque" })).toMatchObject({
      metadata: { name: "other", namespace: "prod" },
      type: "Opaque",
    });
  });

  it("is one file each, from several documents and from lists", () => {
    const one = (name: string): string =>
      `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}}\nstringData: {a: b}\n`;
    expect(Object.keys(rendered(kubernetes, `${one("x")}---\n${one("y")}`))).toEqual([
      "x.yaml",
      "y.yaml",
    ]);
    const list = `apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: Secret, metadata: {name: z}}\n`;
    expect(Object.keys(rendered(kubernetes, list))).toEqual(["z.yaml"]);
    expect(refusalOf(kubernetes, `${one("x")}---\n${one("x")}`)).toBe("ARTEFACT_NAME_INVALID");
  });

  it.each([
    ["stringData: {a: 1}", "ARTEFACT_VALUE_INVALID at stringData.a"],
    ["stringData: {a: true}", "ARTEFACT_VALUE_INVALID at stringData.a"],
    ["stringData: {a: [x]}", "ARTEFACT_VALUE_INVALID at stringData.a"],
    ["stringData: [x]", "ARTEFACT_VALUE_INVALID at stringData"],
    ["data: {a: not base64}", "ARTEFACT_VALUE_INVALID at data.a"],
    ["data: {'a b': YQ==}", 'ARTEFACT_NAME_INVALID at data["a b"]'],
    ["data: {..: YQ==}", 'ARTEFACT_NAME_INVALID at data[".."]'],
    ["data: {..x: YQ==}", 'ARTEFACT_NAME_INVALID at data["..x"]'],
    ["---\na: b", "ARTEFACT_VALUE_INVALID at kind"],
  ])("with %s is refused", (more, refusal) => {
    const head = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n";
    expect(refusalOf(kubernetes, `${head}${more}\n`)).toBe(refusal);
  });
});

describe("a manifest that is not simply one of a Secret", () => {
  const annotation = "kubectl.kubernetes.io/last-applied-configuration";
  it.each([
    ["apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n", "ARTEFACT_VALUE_INVALID at kind"],
    [
      "apiVersion: x.io/v1\nkind: Secret\nmetadata: {name: a}\n",
      "ARTEFACT_VALUE_INVALID at apiVersion",
    ],
    ["apiVersion: v1\nkind: Secret\nmetadata: text\n", "ARTEFACT_VALUE_INVALID at metadata"],
    [
      `apiVersion: v1\nkind: Secret\nmetadata: {annotations: {${annotation}: "{}"}}\n`,
      `ARTEFACT_VALUE_INVALID at metadata.annotations["${annotation}"]`,
    ],
    ["apiVersion: v1\nkind: List\nitems: []\n", "DOCUMENT_EMPTY at items"],
    ["apiVersion: v1\nkind: List\nitems: [x]\n", "ARTEFACT_VALUE_INVALID at items[0]"],
    [
      "apiVersion: v1\nkind: SecretList\nitems: [{metadata: {name: a}, data: {k: 1}}]\n",
      "ARTEFACT_VALUE_INVALID at items[0].data.k",
    ],
  ])("%j is refused", (yaml, refusal) => {
    expect(refusalOf(kubernetes, yaml, { name: "x" })).toBe(refusal);
  });

  it("may be a SecretList, whose items need not say their kind", () => {
    const yaml =
      "apiVersion: v1\nkind: SecretList\nitems: [{metadata: {name: a}, data: {k: YQ==}}]\n";
    expect(manifest(yaml)).toMatchObject({
      kind: "Secret",
      metadata: { name: "a" },
      data: { k: "YQ==" },
    });
  });
});

describe("any other file", () => {
  const PLAIN = 'a: text\nn: 0x1F\nf: 1.50\nb: true\nl: [1, x]\nm: {k: "v"}\nz: null\ne: ""\n';

  it("becomes the data of one Secret", () => {
    expect(manifest(PLAIN, { name: "app" })).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "app" },
      type: "Opaque",
      data: {
        a: base64("text"),
        n: base64("31"),
        f: base64("1.5"),
        b: base64("true"),
        l: base64('[1,"x"]'),
        m: base64('{"k":"v"}'),
        z: "",
        e: "",
      },
    });
  });

  it("may hold exactly 1 MiB", () => {
    expect(refusalOf(kubernetes, `a: ${"x".repeat(1_048_576)}\n`, { name: "ok" })).toBeNull();
  });

  it("becomes stringData where asked for, which has no place for bytes", () => {
    expect(manifest("a: x\n", { name: "app", as: "stringData" })).toMatchObject({
      stringData: { a: "x" },
    });
    const bytes = "a: !!binary /w==\n";
    expect(refusalOf(kubernetes, bytes, { name: "app", as: "stringData" })).toBe(
      "ARTEFACT_VALUE_INVALID at a",
    );
    expect(manifest(bytes, { name: "app" })).toMatchObject({ data: { a: "/w==" } });
  });

  it.each([
    ["a: x\n", {}, "USAGE"],
    ["a: x\n", { name: "Not_Valid" }, "ARTEFACT_NAME_INVALID at metadata.name"],
    ["a: x\n", { name: "ok", namespace: "a.b" }, "ARTEFACT_NAME_INVALID at metadata.namespace"],
    ["a b: x\n", { name: "ok" }, 'ARTEFACT_NAME_INVALID at ["a b"]'],
    ["a: x\n---\nb: y\n", { name: "ok" }, "ARTEFACT_VALUE_INVALID"],
    ["{}\n", { name: "ok" }, "DOCUMENT_EMPTY"],
    ["a: x\n", { name: "a..b" }, "ARTEFACT_NAME_INVALID at metadata.name"],
    [`a: ${"x".repeat(1_048_577)}\n`, { name: "ok" }, "ARTEFACT_VALUE_INVALID at ."],
  ])("%j with %j is refused: %s", (yaml, options, refusal) => {
    expect(refusalOf(kubernetes, yaml, options)).toBe(refusal);
  });
});

describe("ciphertext", () => {
  it.each([
    "a: ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]\n",
    "a: [{b: ' ENC[AES256_GCM,data:x'}]\n",
    `apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {a: ${base64("ENC[AES256_GCM,data:x,")}}\n`,
  ])("is never deployed as if it were the secret: %j", (yaml) => {
    expect(refusalOf(kubernetes, yaml, { name: "x" })).toMatch(/^CIPHERTEXT_REFUSED at /);
  });
});
