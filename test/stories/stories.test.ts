import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "vitest";
import { play } from "./transcript.ts";

const STORIES = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".story"));

describe("the story", () => {
  it.each(STORIES)("%s", async (name) => {
    await play(readFileSync(`${import.meta.dirname}/${name}`, "utf8"));
  });
});
