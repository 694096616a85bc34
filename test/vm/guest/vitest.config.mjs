/** For tests that were bundled outside: nothing is left to transform, so Node loads them itself. */
const slowness = Number(process.env.CNM_SLOWNESS);

export default {
  root: process.env.CNM_TESTS,
  test: {
    include: ["**/*.test.mjs"],
    exclude: [],
    setupFiles: ["test/kernel/setup.mjs"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000 * slowness,
    hookTimeout: 120_000 * slowness,
    expect: { poll: { timeout: 1_000 * slowness } },
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
};
