import { mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ResolvConf, silentLogger } from "@cnm/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type HostResolvConf, openHostResolvConf } from "./host-resolv-conf.ts";

let folder: string;
let path: string;
let file: HostResolvConf;
let waiting: ((conf: ResolvConf) => void)[];

/** The next change that is told. */
const change = (): Promise<readonly string[]> =>
  new Promise((resolve) => waiting.push(({ servers }) => resolve(servers)));

const open = async (): Promise<void> => {
  file = await openHostResolvConf(
    path,
    (conf) => {
      for (const tell of waiting.splice(0)) tell(conf);
    },
    silentLogger,
  );
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cnm-resolv-"));
  path = join(folder, "resolv.conf");
  waiting = [];
});
afterEach(() => {
  file.close();
  rmSync(folder, { recursive: true });
});

it("says nothing where there is no file, and hears when there is one", async () => {
  await open();
  expect(file.current).toEqual({ servers: [], search: [], options: [] });
  const told = change();
  writeFileSync(path, "nameserver 192.0.2.53\n");
  expect(await told).toEqual(["192.0.2.53"]);
  expect(file.current.servers).toEqual(["192.0.2.53"]);
});

it("follows a file that is written again, replaced and removed", async () => {
  writeFileSync(path, "nameserver 192.0.2.1\n");
  await open();
  let told = change();
  writeFileSync(path, "nameserver 192.0.2.2\n");
  expect(await told).toEqual(["192.0.2.2"]);
  told = change();
  writeFileSync(join(folder, "new"), "nameserver 192.0.2.3\n");
  renameSync(join(folder, "new"), path);
  expect(await told).toEqual(["192.0.2.3"]);
  told = change();
  unlinkSync(path);
  expect(await told).toEqual([]);
});

it("follows what a link leads to, and the link", async () => {
  const targets = mkdtempSync(join(tmpdir(), "cnm-resolv-"));
  writeFileSync(join(targets, "one"), "nameserver 192.0.2.1\n");
  writeFileSync(join(targets, "two"), "nameserver 192.0.2.2\n");
  symlinkSync(join(targets, "one"), path);
  await open();
  expect(file.current.servers).toEqual(["192.0.2.1"]);
  let told = change();
  writeFileSync(join(targets, "one"), "nameserver 192.0.2.11\n");
  expect(await told).toEqual(["192.0.2.11"]);
  told = change();
  symlinkSync(join(targets, "two"), join(folder, "link"));
  renameSync(join(folder, "link"), path);
  expect(await told).toEqual(["192.0.2.2"]);
  rmSync(targets, { recursive: true });
});
