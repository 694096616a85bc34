import { readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  bindLibc,
  createNamespace,
  currentNamespace,
  deleteNamespace,
  listNamespaces,
  loadFfi,
  type Namespace,
  openNamespace,
} from "@cnm/linux";
import { afterAll, describe, expect, it } from "vitest";
import { ensureSysctlAside, readSysctl, writeSysctl } from "../../packages/linux/src/netns/sysctl.ts";
import { descriptors, enterFreshHost, ipJson, run } from "../support/host.ts";

const host = enterFreshHost();
afterAll(() => host.close());
const libc = bindLibc(loadFfi());
const CLONE_NEWNET = 0x40000000;
const own = (): string => readlinkSync("/proc/thread-self/ns/net");

describe("namespaces", () => {
  const directory = join(host.folder, "pins");

  it("are made, entered, left and deleted, and leave no descriptor", () => {
    const before = descriptors().size;
    currentNamespace(libc).close();
    const home = own();
    const namespace = createNamespace(libc, join(directory, "one"));
    expect(own()).toBe(home);
    const inside = namespace.enter(() => own());
    expect(inside).not.toBe(home);
    expect(run("ip", ["netns", "identify", String(process.pid)])).toBe("\n");
    expect(ipJson(["link"], namespace)).toMatchObject([{ ifname: "lo", flags: expect.arrayContaining(["UP"]) }]);
    expect(listNamespaces(directory)).toEqual({ pinned: [join(directory, "one")], broken: [] });
    namespace.close();
    deleteNamespace(libc, join(directory, "one"));
    deleteNamespace(libc, join(directory, "one"));
    expect(listNamespaces(directory)).toEqual({ pinned: [], broken: [] });
    expect(descriptors().size).toBe(before);
  });

  it("come back out when the body throws", () => {
    const home = own();
    const namespace = createNamespace(libc, join(directory, "two"));
    expect(() =>
      namespace.enter((): number => {
        throw new Error("inside");
      }),
    ).toThrow("inside");
    expect(own()).toBe(home);
    namespace.close();
    deleteNamespace(libc, join(directory, "two"));
  });

  it("are visited from where the thread is, wherever others have moved it", () => {
    const home = currentNamespace(libc);
    const [here, there] = ["here", "there"].map((name) => {
      const path = join(directory, name);
      createNamespace(libc, path).close();
      return openNamespace(libc, path, home.home);
    }) as [Namespace, Namespace];
    const names = { home: own(), here: here.enter(own), there: there.enter(own) };
    expect(new Set(Object.values(names)).size).toBe(3);
    expect(home.enter(own)).toBe(names.home);
    // One visit within another.
    const seen = here.enter(() => [own(), there.enter(own), own(), home.enter(own), own()]);
    expect(seen).toEqual([names.here, names.there, names.here, names.home, names.here]);
    expect(own()).toBe(names.home);
    // Behind our back.
    expect(libc.setns(there.fd, CLONE_NEWNET)).toBe(0);
    expect([here.enter(own), own(), home.enter(own), own()]).toEqual([
      names.here,
      names.there,
      names.home,
      names.there,
    ]);
    expect(libc.setns(home.fd, CLONE_NEWNET)).toBe(0);
    // A home that is closed is no longer gone by.
    home.close();
    expect([here.enter(own), own()]).toEqual([names.here, names.home]);
    for (const namespace of [here, there]) {
      namespace.close();
      deleteNamespace(libc, namespace.path ?? "");
    }
  });

  it("show their own settings from a folder that stays open, and close it", () => {
    const before = descriptors().size;
    const [one, two] = ["three", "four"].map((name) => createNamespace(libc, join(directory, name)));
    if (one === undefined || two === undefined) throw new Error("there are no namespaces");
    const name = "net/ipv6/conf/lo/hop_limit";
    expect([readSysctl(one, name), readSysctl(two, name)]).toEqual(["64", "64"]);
    expect(writeSysctl(one, name, "77")).toBe(true);
    expect(one.settings("ipv6")).toBe(one.settings("ipv6"));
    expect([readSysctl(one, name), readSysctl(two, name)]).toEqual(["77", "64"]);
    for (const [namespace, value] of [
      [one, "77"],
      [two, "64"],
      [host.namespace, "64"],
    ] as const) {
      expect(run("sysctl", ["-n", name], namespace).trim()).toBe(value);
    }
    expect(readSysctl(one, "net/ipv4/conf/none/rp_filter")).toBeUndefined();
    for (const namespace of [one, two]) {
      namespace.close();
      deleteNamespace(libc, namespace.path ?? "");
    }
    expect(descriptors().size).toBe(before);
  });

  it("have settings of their own changed on another thread too", async () => {
    const name = "net/ipv6/conf/lo/disable_ipv6";
    const elsewhere = readSysctl(host.namespace, name);
    const before = descriptors().size;
    const namespace = createNamespace(libc, join(directory, "aside"));
    expect(await ensureSysctlAside(namespace, name, "1")).toBe(true);
    expect(run("sysctl", ["-n", name], namespace).trim()).toBe("1");
    expect(readSysctl(host.namespace, name)).toBe(elsewhere);
    expect(await ensureSysctlAside(namespace, name, "1")).toBe(false);
    expect(await ensureSysctlAside(namespace, "net/ipv6/conf/none/disable_ipv6", "1")).toBeUndefined();
    await expect(ensureSysctlAside(namespace, name, "much")).rejects.toMatchObject({
      code: "sysctl",
      message: expect.stringContaining(`${name} in ${namespace.path} cannot be set to "much"`),
    });
    await expect(ensureSysctlAside(namespace, "kernel/hostname", "x")).rejects.toMatchObject({ code: "sysctl-name" });
    namespace.close();
    deleteNamespace(libc, namespace.path ?? "");
    expect(descriptors().size).toBe(before);
  });

  it("refuse a path that is taken, missing, or something else", () => {
    const path = join(directory, "three");
    createNamespace(libc, path).close();
    expect(() => createNamespace(libc, path)).toThrow(/there is a namespace at .*three already/);
    expect(openNamespace(libc, path).close()).toBeUndefined();
    deleteNamespace(libc, path);
    expect(() => openNamespace(libc, path)).toThrow(/there is no namespace/);
    expect(() => openNamespace(libc, "/etc/hostname")).toThrow(/an ordinary file, not a network namespace/);
    expect(() => openNamespace(libc, "/proc/self/ns/mnt")).toThrow(/a namespace of another kind/);
  });

  it("half-made by a killed process are told apart and can be deleted", () => {
    const path = join(directory, "half");
    writeFileSync(path, "");
    expect(listNamespaces(directory)).toEqual({ pinned: [], broken: [path] });
    deleteNamespace(libc, path);
    expect(listNamespaces(directory)).toEqual({ pinned: [], broken: [] });
  });
});
