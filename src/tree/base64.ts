/** Base64 (RFC 4648). */

const STANDARD = /^[A-Za-z0-9+/]*={0,2}$/;
const URL_SAFE = /^[A-Za-z0-9_-]*$/;
/** Few enough arguments for one call of `String.fromCharCode`. */
const CHUNK = 0x2000;

/** Node's codec, many times faster on the short texts of a file; elsewhere `atob` and `btoa` do the work. */
const node = (globalThis as { Buffer?: typeof Buffer }).Buffer;

/** Standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  if (node !== undefined)
    return node.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  let binary = "";
  for (let start = 0; start < bytes.length; start += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return btoa(binary);
}

/** Bytes of standard base64 with padding; `null` when it is anything else. */
export function fromBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null;
  if (node !== undefined) return decodedByNode(text, node);
  if (!STANDARD.test(text)) return null;
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/**
 * Node passes over what is not base64, so that fewer bytes come out. It takes the URL-safe letters,
 * too, and of other letters their lowest eight bits.
 */
function decodedByNode(text: string, node: typeof Buffer): Uint8Array | null {
  if (node.byteLength(text) !== text.length || text.includes("-") || text.includes("_"))
    return null;
  const padding = text.endsWith("==") ? 2 : Number(text.endsWith("="));
  const bytes = node.from(text, "base64");
  if (bytes.length !== (text.length / 4) * 3 - padding) return null;
  return new Uint8Array(bytes);
}

/** URL-safe base64 without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Bytes of URL-safe base64 without padding; `null` when it is anything else. */
export function fromBase64Url(text: string): Uint8Array | null {
  if (!URL_SAFE.test(text)) return null;
  const padded = text.replaceAll("-", "+").replaceAll("_", "/");
  return fromBase64(padded.padEnd(Math.ceil(padded.length / 4) * 4, "="));
}
