import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { root, run } from "../run.mjs";

const COMPILER = "x86_64-w64-mingw32-gcc";
const FLAGS = ["-std=c11", "-DWIN32_LEAN_AND_MEAN", "-O1", "-Wall", "-Wextra", "-Werror", "-Wno-cast-function-type"];
const LIBRARIES = ["-lole32", "-luuid", "-lntdll", "-lsynchronization"];

const SOURCE = join(root, "test/windows/hcn-emulator");

/** Files of the emulator that its test also uses. */
const SHARED = ["buffer", "guid", "json", "json-parse", "json-write", "memory", "text"].map((name) => `src/${name}.c`);

/** What is built: sources, folders of SOURCE and single files; the definition file of a DLL, or the libraries of a program. */
const TARGETS = [
  { name: "computenetwork.dll", folders: ["src"], definition: "computenetwork.def", libraries: LIBRARIES },
  { name: "vmcompute.dll", folders: ["vmcompute", "shared"], definition: "vmcompute.def", libraries: [] },
  { name: "compartments.dll", folders: ["compartments", "shared"], definition: "compartments.def", libraries: [] },
  { name: "wine-views.node", folders: ["wine-views"], libraries: [] },
  // As an older Windows has it.
  { name: "1809/computenetwork.dll", folders: ["src"], definition: "computenetwork-1809.def", libraries: LIBRARIES },
  { name: "emulator-test.exe", folders: ["test"], files: SHARED, libraries: ["-lcomputenetwork", "-lole32"] },
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
  const objects = folders
    .flatMap((name) => readdirSync(join(SOURCE, name)).map((file) => `${name}/${file}`))
    .filter((file) => file.endsWith(".c"))
    .map((file) => ({ file, object: join(folder, `${file}.o`) }));
  const stale = objects.filter(({ file, object }) => isStale(join(SOURCE, file), object));
  if (stale.length > 0) console.log(`Compiling ${stale.length} files of the emulator…`);
  for (const name of folders) mkdirSync(join(folder, name), { recursive: true });
  const prefix = stale.length > 0 ? await precompile(folder) : "";
  const next = stale.values();
  const worker = async () => {
    for (const { file, object } of next)
      await run(COMPILER, [...FLAGS, "-MMD", "-include", prefix, "-c", join(SOURCE, file), "-o", object]);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return objects;
}

/** Older than its source, or than a header that it includes: the compiler has written down which. */
function isStale(source, object) {
  const list = object.replace(/\.o$/, ".d");
  if (!existsSync(object) || !existsSync(list)) return true;
  const headers = readFileSync(list, "utf8")
    .split(/[\s\\]+/)
    .filter((name) => name.startsWith(SOURCE) && name.endsWith(".h"));
  return Math.max(...[source, ...headers].map(modified)) > modified(object);
}

/** Reading the system's headers is most of a compiler's work: it is done once. */
async function precompile(folder) {
  const prefix = join(folder, "prefix.h");
  if (existsSync(`${prefix}.gch`)) return prefix;
  writeFileSync(prefix, "#include <windows.h>\n#include <computenetwork.h>\n");
  await run(COMPILER, [...FLAGS, "-x", "c-header", prefix, "-o", `${prefix}.gch`]);
  return prefix;
}

async function link(folder, { name, folders, files = [], definition, libraries }, objects) {
  const isPart = (file) => folders.includes(file.split("/")[0]) || files.includes(file);
  const parts = objects.filter(({ file }) => isPart(file)).map(({ object }) => object);
  const inputs = definition === undefined ? parts : [...parts, join(SOURCE, definition)];
  const output = join(folder, name);
  if (modified(output) > Math.max(...inputs.map(modified))) return;
  const shared = basename(name).endsWith(".exe") ? [] : ["-shared"];
  await run(COMPILER, [...shared, "-static-libgcc", "-o", output, ...inputs, ...libraries]);
}

const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);
