import { defineConfig } from "vitest/config";

/** `npm test` runs the unit project; `npm run test:peers` the peers, against real programs; `npm run fuzz` the third. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/peers/**", "test/fuzz/**"],
          testTimeout: 30_000,
        },
      },
      { test: { name: "fuzz", include: ["test/fuzz/**/*.test.ts"] } },
      {
        test: {
          name: "peers",
          include: ["test/peers/**/*.test.ts"],
          globalSetup: ["test/peers/setup.ts"],
          testTimeout: 900_000,
          hookTimeout: 60_000,
        },
      },
    ],
    maxWorkers: 2,
  },
});
