import { defineConfig } from "vitest/config";

/** `npm test` runs the unit project; `npm run test:peers` the other, against real programs. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/peers/**"],
          testTimeout: 30_000,
        },
      },
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
