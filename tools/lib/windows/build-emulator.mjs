import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { root, run } from "../run.mjs";

const COMPILER = "x86_64-w64-mingw32-gcc";
const FLAGS = ["-std=c11", "-DWIN32_LEAN_AND_MEAN", "-O1", "-Wall", "-Wextra", "-Werror", "-Wno-cast-function-type"];
const LIBRARIES = ["-lole32", "-luuid", "-lntdll", "-lsynchronization"];

const SOURCE = join(root, "test/windows/hcn-emulator");

/** What is built: sources, folders of SOURCE; the definition file of a DLL, or the libraries of a program. */
const TARGETS = [
  { name: "computenetwork.dll", folders: ["src"], definition: "computenetwork.def", libraries: LIBRARIES },
  { name: "vmcompute.dll", folders: ["vmcompute", "shared"], definition: "vmcompute.def", libraries: [] },
  { name: "compartments.dll", folders: ["compartments", "shared"], definition: "compartments.def", libraries: [] },
  // As an older Windows has it.
  { name: "1809/computenetwork.dll", folders: ["src"], definition: "computenetwork-1809.def", libraries: LIBRARIES },
  { name: "emulator-test.exe", folders: ["test"], libraries: ["-lcomputenetwork", "-lole32"] },
];

/** Builds what is older than its sources. The folder of the DLLs and of the emulator's own test. */
export async function buildEmulator() {
  const folder = join(root, "node_modules/.cache/windows/emulator");
  mkdirSync(join(folder, "1809"), { recursive: true });
  const objects = await compile(join(folder, "objects"));
  for (const target of TARGETS) await link(folder, target, objects);
  return folder;
}

async function compile(folder) {
  const folders = [...new Set(TARGETS.flatMap((target) => target.folders))].filter((name) =>
    existsSync(join(SOURCE, name)),
  );
  const files = folders.flatMap((name) => readdirSync(join(SOURCE, name)).map((file) => `${name}/${file}`));
  const newestHeader = Math.max(
    ...files.filter((file) => file.endsWith(".h")).map((file) => modified(join(SOURCE, file))),
  );
  const objects = files
    .filter((file) => file.endsWith(".c"))
    .map((file) => ({ file, object: join(folder, `${file}.o`) }));
  const stale = objects.filter(
    ({ file, object }) => modified(object) < Math.max(newestHeader, modified(join(SOURCE, file))),
  );
  if (stale.length > 0) console.log(`Compiling ${stale.length} files of the emulator…`);
  for (const name of folders) mkdirSync(join(folder, name), { recursive: true });
  const prefix = stale.length > 0 ? await precompile(folder) : "";
  const next = stale.values();
  const worker = async () => {
    for (const { file, object } of next)
      await run(COMPILER, [...FLAGS, "-include", prefix, "-c", join(SOURCE, file), "-o", object]);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return objects;
}

/** Reading the system's headers is most of a compiler's work: it is done once. */
async function precompile(folder) {
  const prefix = join(folder, "prefix.h");
  if (existsSync(`${prefix}.gch`)) return prefix;
  writeFileSync(prefix, "#include <windows.h>\n#include <computenetwork.h>\n");
  await run(COMPILER, [...FLAGS, "-x", "c-header", prefix, "-o", `${prefix}.gch`]);
  return prefix;
}

async function link(folder, { name, folders, definition, libraries }, objects) {
  const parts = objects.filter(({ file }) => folders.includes(file.split("/")[0])).map(({ object }) => object);
  if (parts.length === 0) return;
  const inputs = definition === undefined ? parts : [...parts, join(SOURCE, definition)];
  const output = join(folder, name);
  if (modified(output) > Math.max(...inputs.map(modified))) return;
  const shared = basename(name).endsWith(".dll") ? ["-shared"] : [];
  await run(COMPILER, [...shared, "-static-libgcc", "-o", output, ...inputs, ...libraries]);
}

const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);
