import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Tests run against the sources, so that no build is needed between an edit and its test. */
const alias = {
  "@cnm/core/testing": source("./packages/core/src/testing/index.ts"),
  "@cnm/core": source("./packages/core/src/index.ts"),
  "@cnm/daemon/client": source("./packages/daemon/src/client/index.ts"),
  "@cnm/daemon": source("./packages/daemon/src/daemon.ts"),
  "@cnm/linux": source("./packages/linux/src/index.ts"),
};

export default defineConfig({
  resolve: { alias },
  test: {
    // Each file gets a process, and so a main thread of its own: entering a namespace there is safe.
    pool: "forks",
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["packages/*/src/**/*.test.ts"], testTimeout: 30_000 },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          // Each file needs the kernel features that its folder is named after; `npm run test:vm` has them all.
          name: "kernel",
          include: ["test/kernel/**/*.test.ts"],
          setupFiles: ["test/kernel/setup.ts"],
          testTimeout: 30_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
