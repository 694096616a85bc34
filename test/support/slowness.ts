/** How many times slower than usual this machine is: 1, or what says so who knows (`npm run test:vm`). */
export const SLOWNESS = Number(process.env["CNM_SLOWNESS"] ?? 1);

/** Milliseconds to wait for what has to come. */
export const patience = (usual: number): number => usual * SLOWNESS;

/** An answer takes a millisecond on a usual machine. */
const AMPLE = 100;

/** Milliseconds to wait for what must not come. They are always spent: no longer than is needed to be sure. */
export const silence = (usual: number): number => Math.max(usual, AMPLE * SLOWNESS);
