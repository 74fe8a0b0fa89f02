import { describe, expect, it } from "vitest";
import { nodeEngine } from "../../src/cipher/node-engine.ts";
import { nobleEngine } from "../../src/cipher/noble-engine.ts";
import { additionalData, LeafCipher } from "../../src/cipher/leaf-cipher.ts";
import { type Value } from "../../src/tree/tree.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index);
const IV = Uint8Array.from({ length: 32 }, (_, index) => 32 + index);
const IV_TEXT = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";

/** sops-format 11: computed with Node's crypto from the specification, checked against sops. */
const VECTORS: [Value, string, string, string][] = [
  [{ type: "str", text: "hello" }, "a:", "f6SdJOI=", "Aev7PNzF9ifk0oM4U+MGlg=="],
  [{ type: "int", text: "42" }, "m:n:", "I/M=", "kCLSxsyMdfXGGR6Pyg0ivQ=="],
  [{ type: "bool", text: "True" }, "l:", "Q7OELQ==", "GQc7BEMtfqJc7yNmuaTgRQ=="],
  [{ type: "float", text: "0.0000001" }, "f:", "J+/BeL0/5hP3", "yFcshWyL9dBuSojtbjKMnQ=="],
  [
    { type: "time", text: "2024-01-01T00:00:00Z" },
    "d:",
    "JfHDfKA/5w72YDJH1rpRz72hh/4=",
    "2gCfWdJPduCVbuLzqNbDnA==",
  ],
  [{ type: "str", text: "y" }, "2006-01-02T15:04:05Z", "bg==", "sSV7t8S8XhO3kN/kqTHF/g=="],
];

describe.each([nodeEngine, nobleEngine])("LeafCipher over the $name engine", (engine) => {
  const cipher = new LeafCipher(engine, KEY, () => IV);

  it.each(VECTORS)("seals and opens %j", (value, aad, data, tag) => {
    const sealed = `ENC[AES256_GCM,data:${data},iv:${IV_TEXT},tag:${tag},type:${value.type}]`;
    expect(cipher.sealValue(value, aad, null)).toBe(sealed);
    expect(cipher.open(sealed, aad)).toMatchObject({ kind: "value", value, spelling: null });
  });

  it("seals and opens a comment", () => {
    const sealed = `ENC[AES256_GCM,data:N6I=,iv:${IV_TEXT},tag:Hex67WQX+1JM9G2RHNP62A==,type:comment]`;
    expect(cipher.sealComment(" c", ":")).toBe(sealed);
    expect(cipher.open(sealed, ":")).toMatchObject({ kind: "comment", text: " c" });
  });

  it("seals the author's spelling where SOPS reads it alike, and gives it back", () => {
    const sealed = cipher.sealValue({ type: "float", text: "1.5" }, "a:", "1.50");
    expect(cipher.open(sealed, "a:")).toMatchObject({
      value: { type: "float", text: "1.5" },
      spelling: "1.50",
    });
    const hex = cipher.sealValue({ type: "int", text: "31" }, "a:", "0x1F");
    expect(cipher.open(hex, "a:")).toMatchObject({
      value: { type: "int", text: "31" },
      spelling: null,
    });
  });

  it("seals bytes as a string and tells them apart again", () => {
    const value: Value = { type: "bytes", bytes: Uint8Array.of(0xff, 0x00) };
    const sealed = cipher.sealValue(value, "a:", null);
    expect(sealed).toContain("type:str]");
    const opened = cipher.open(sealed, "a:");
    expect(
      opened.kind === "value" && opened.value.type === "bytes" && [...opened.value.bytes],
    ).toEqual([0xff, 0x00]);
  });

  it("ignores what stands behind the bracket", () => {
    expect(
      cipher.open(`${cipher.sealValue({ type: "int", text: "1" }, "a:", null)}garbage`, "a:"),
    ).toMatchObject({ value: { text: "1" } });
  });
});

describe("LeafCipher refuses", () => {
  const cipher = new LeafCipher(nodeEngine, KEY, () => IV);
  const sealed = cipher.sealValue({ type: "str", text: "hello" }, "a:", null);
  const code = (text: string, aad = "a:"): unknown => {
    try {
      cipher.open(text, aad);
      return null;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it("a value in another place", () => {
    expect(code(sealed, "b:")).toBe("LEAF_DAMAGED");
  });

  it.each(["data", "iv", "tag"])("an altered %s", (part) => {
    expect(
      code(
        sealed.replace(
          new RegExp(`,?${part}:.`),
          (match) => match.slice(0, -1) + (match.endsWith("A") ? "B" : "A"),
        ),
      ),
    ).toBe("LEAF_DAMAGED");
  });

  it("a type that the plaintext is not of, and one that does not exist", () => {
    expect(code(sealed.replace("type:str", "type:int"))).toBe("LEAF_DAMAGED");
    expect(code(sealed.replace("type:str", "type:x"))).toBe("LEAF_DAMAGED");
  });

  it("a text in clear, and one cut short", () => {
    expect(code("hello")).toBe("LEAF_NOT_SEALED");
    expect(code(sealed.slice(0, 60))).toBe("LEAF_DAMAGED");
    expect(code(sealed.slice(0, -1))).toBe("LEAF_DAMAGED");
    expect(code("ENC[AES256_GCM,data:,iv:,tag:,type:]")).toBe("LEAF_DAMAGED");
    expect(code("ENC[AES256_GCM,data:!,iv:AA==,tag:AA==,type:str]")).toBe("LEAF_DAMAGED");
  });
});

describe("additionalData", () => {
  it("ends every key with a colon, and is one colon at the root", () => {
    expect(additionalData(["a", "b"])).toBe("a:b:");
    expect(additionalData([])).toBe(":");
  });
});
