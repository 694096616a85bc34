import { type FSWatcher, watch } from "node:fs";
import { readFile, realpath } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { type Logger, parseResolvConf, RESOLV_CONF, type ResolvConf, resolvConfPath } from "@cnm/core";

/** What the host's resolver has been told, and is told meanwhile. */
export interface HostResolvConf {
  readonly current: ResolvConf;
  close(): void;
}

/**
 * Reads a resolv.conf(5), or, where that names only systemd-resolved's stub, the one with the real servers; and again whenever
 * somebody changes it, or puts another file or link in its place. A file that is not there says nothing.
 */
export async function openHostResolvConf(
  path: string,
  onChange: (conf: ResolvConf) => void,
  logger: Logger,
): Promise<HostResolvConf> {
  const file = new WatchedResolvConf(path, onChange, logger);
  await file.read();
  return file;
}

const NOTHING: ResolvConf = { servers: [], search: [], options: [] };

class WatchedResolvConf implements HostResolvConf {
  readonly #path: string;
  readonly #onChange: (conf: ResolvConf) => void;
  readonly #logger: Logger;
  /** By folder: what a file is replaced by is a new file, which a watch of the old one does not see. */
  readonly #watches = new Map<string, FSWatcher>();
  #names: ReadonlySet<string> = new Set();
  #current = NOTHING;
  #reading: Promise<void> = Promise.resolve();
  #asked = false;
  #closed = false;

  constructor(path: string, onChange: (conf: ResolvConf) => void, logger: Logger) {
    this.#path = path;
    this.#onChange = onChange;
    this.#logger = logger;
  }

  get current(): ResolvConf {
    return this.#current;
  }

  /** One reading after the other. What changes while one is under way is read by the next. */
  read(): Promise<void> {
    if (this.#asked) return this.#reading;
    this.#asked = true;
    this.#reading = this.#reading.then(() => {
      this.#asked = false;
      return this.#read();
    });
    return this.#reading;
  }

  close(): void {
    this.#closed = true;
    for (const watcher of this.#watches.values()) watcher.close();
    this.#watches.clear();
  }

  async #read(): Promise<void> {
    if (this.#closed) return;
    const stub = await this.#parse(this.#path);
    // Only the system's own file has systemd-resolved behind it.
    const real = this.#path === RESOLV_CONF ? resolvConfPath(stub) : this.#path;
    const conf = real === this.#path ? stub : await this.#parse(real);
    await this.#watch([this.#path, real]);
    if (JSON.stringify(conf) === JSON.stringify(this.#current)) return;
    this.#current = conf;
    this.#onChange(conf);
  }

  async #parse(path: string): Promise<ResolvConf> {
    try {
      return parseResolvConf(await readFile(path, "utf8"));
    } catch (error) {
      this.#logger.debug({ err: error }, `${path} is not read: it says nothing`);
      return NOTHING;
    }
  }

  /** The folders of the files, and of what they are links to. */
  async #watch(paths: readonly string[]): Promise<void> {
    const targets = await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
    if (this.#closed) return;
    const files = [...new Set([...paths, ...targets])];
    const folders = new Set(files.map((file) => dirname(file)));
    this.#names = new Set(files.map((file) => basename(file)));
    for (const [folder, watcher] of this.#watches) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watches.delete(folder);
    }
    for (const folder of folders) if (!this.#watches.has(folder)) this.#watchFolder(folder);
  }

  #watchFolder(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name === null || this.#names.has(name)) void this.read();
      });
      watcher.on("error", (error) => this.#logger.warn({ err: error }, `changes in ${folder} are not seen any more`));
      this.#watches.set(folder, watcher);
    } catch (error) {
      this.#logger.warn({ err: error }, `changes in ${folder} are not seen`);
    }
  }
}
