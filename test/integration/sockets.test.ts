import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { HeldPort } from "@cnm/core";
import { bindLibc, currentNamespace, type Libc, loadFfi } from "@cnm/linux";
import { afterAll, describe, expect, it } from "vitest";
import { NETLINK_ROUTE } from "../../packages/linux/src/netlink/constants.ts";
import { openMonitor } from "../../packages/linux/src/netlink/monitor.ts";
import { openNamespacePool } from "../../packages/linux/src/netns/namespace-pool.ts";
import { openAnnouncer } from "../../packages/linux/src/platform/announcer.ts";
import { createPortHolder } from "../../packages/linux/src/ports/port-holder.ts";
import type { AddressResource } from "../../packages/linux/src/resources/resource.ts";
import { openLinkRemover } from "../../packages/linux/src/resources/stack/link-remover.ts";
import { RTNLGRP_LINK } from "../../packages/linux/src/route/constants.ts";
import { descriptors, enterFreshHost, ipJson, run } from "../support/host.ts";

const host = enterFreshHost();
const ffi = loadFfi();
const libc = bindLibc(ffi);
const own = currentNamespace(libc);
afterAll(() => {
  own.close();
  host.close();
});

describe("held ports", () => {
  const PORTS: readonly HeldPort[] = [
    { protocol: "tcp", address: "127.0.0.1", port: 8080 },
    { protocol: "tcp", address: "::1", port: 8080 },
    { protocol: "udp", address: "0.0.0.0", port: 8080 },
  ];

  it("share one program of the kernel's, which goes with their holder", async () => {
    const before = descriptors();
    const holder = createPortHolder(libc, own);
    for (const port of PORTS) await holder.hold(port);
    const opened = [...descriptors()].filter(([fd]) => !before.has(fd));
    expect(opened.length).toBe(PORTS.length + 1);
    const [program] = opened.filter(([, target]) => target.includes("bpf-prog"));
    // BPF_PROG_TYPE_SOCKET_FILTER
    expect(readFileSync(`/proc/self/fdinfo/${program?.[0]}`, "utf8")).toMatch(/^prog_type:\s+1$/m);
    holder.close();
    expect(descriptors()).toEqual(before);
  });

  it("have a socket of their kind made ready when the turn is over, which goes with their holder", async () => {
    const before = descriptors();
    const holder = createPortHolder(libc, own);
    const sockets = () =>
      [...descriptors()].filter(([fd, target]) => !before.has(fd) && target.startsWith("socket:")).map(([fd]) => fd);
    await holder.hold({ protocol: "tcp", address: "127.0.0.1", port: 8080 });
    const [first] = sockets();
    await new Promise(setImmediate);
    const [spare] = sockets().filter((fd) => fd !== first);
    await holder.hold({ protocol: "tcp", address: "127.0.0.1", port: 8081 });
    expect(sockets()).toEqual([first, spare]);
    expect(run("ss", ["-Htln"])).toContain("127.0.0.1:8081");
    holder.close();
    await new Promise(setImmediate);
    expect(descriptors()).toEqual(before);
  });

  it.each([
    ["loads programs", libc],
    ["does not", { ...libc, syscall: Object.assign(() => -1, { async: async () => -1 }) }],
  ])("are nobody else's, and silent, where the kernel %s", async (_, kernel: Libc) => {
    const holder = createPortHolder(kernel, own);
    for (const port of PORTS) await holder.hold(port);
    for (const address of ["127.0.0.1", "::1"]) {
      const server = createServer().listen(8080, address);
      expect(await once(server, "error")).toMatchObject([{ code: "EADDRINUSE" }]);
      const client = connect({ host: address, port: 8080 });
      const answer = Promise.race([once(client, "connect"), once(client, "error")]).then(() => "answered");
      // The first SYN has been dropped by the time that this is seen; the next one comes after a second.
      const silent = async () => {
        while (!run("ss", ["-Htn", "state", "syn-sent"]).includes(":8080")) await new Promise(setImmediate);
        return "silent";
      };
      expect(await Promise.race([answer, silent()])).toBe("silent");
      client.destroy();
    }
    holder.close();
    const server = createServer().listen(8080, "127.0.0.1");
    await once(server, "listening");
    server.close();
    await once(server, "close");
  });
});

describe("the link remover", () => {
  it("hears of nothing but deletions", async () => {
    let heard = 0;
    const counting: Libc = {
      ...libc,
      recv: Object.assign((...args: Parameters<Libc["recv"]>) => {
        const length = libc.recv(...args);
        if (length > 0) heard++;
        return length;
      }, libc.recv),
    };
    const remover = openLinkRemover(ffi, counting, own);
    let told = 0;
    const changed = new Promise<void>((resolve) => {
      const monitor = openMonitor(ffi, libc, NETLINK_ROUTE, [RTNLGRP_LINK], {
        onMessage: () => {
          told++;
          if (ipJson(["link", "show", "va"])[0]?.["mtu"] !== 1300) return;
          monitor[Symbol.dispose]();
          resolve();
        },
        onOverrun: () => undefined,
      });
    });
    run("ip", ["link", "add", "va", "type", "veth", "peer", "name", "vb"]);
    run("ip", ["link", "set", "va", "up"]);
    run("ip", ["link", "set", "vb", "up"]);
    run("ip", ["link", "set", "va", "mtu", "1300"]);
    await changed;
    expect([told > 0, heard]).toEqual([true, 0]);
    await remover.remove(["va", "none"]);
    expect(heard).toBeGreaterThan(0);
    expect(ipJson(["link"]).map(({ ifname }) => ifname)).not.toContain("va");
    await remover.close();
  });
});

describe("the announcer", () => {
  const box = host.makeNamespace("box");
  run("ip", ["link", "add", "vx", "type", "veth", "peer", "name", "eth0", "netns", box.path]);
  run("ip", ["link", "set", "vx", "up"]);
  run("ip", ["link", "set", "eth0", "up"], box);
  afterAll(() => void run("ip", ["link", "delete", "vx"]));

  const addressOn = (link: string): AddressResource => ({
    kind: "address",
    key: `address ${link}`,
    owner: { kind: "endpoint", id: "e".repeat(64) },
    netns: box.path,
    link,
    address: "10.7.0.2/24",
    announce: { count: 3, intervalMs: 10_000 },
  });

  /** An announcer, and what it has begun and ended to send. */
  function open() {
    const count = { begun: 0, ended: 0 };
    let tell = (): void => undefined;
    const first = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const counting: Libc = {
      ...libc,
      sendto: Object.assign(() => fail(), {
        async: async (...args: Parameters<Libc["sendto"]>) => {
          count.begun++;
          tell();
          const result = await libc.sendto.async(...args);
          count.ended++;
          expect(result).toBe(42);
          return result;
        },
      }),
    };
    const pool = openNamespacePool(libc, currentNamespace(libc));
    return { pool, announcer: openAnnouncer(counting, pool), count, first };
  }

  it("has said all that it will ever say when it is closed", async () => {
    const before = descriptors();
    const { pool, announcer, count, first } = open();
    for (const link of ["eth0", "eth0", "none"]) announcer.announce(addressOn(link));
    await first;
    await announcer.close();
    expect(count.ended).toBe(count.begun);
    await pool.close();
    expect(descriptors()).toEqual(before);
  });

  it("says nothing of what leaves, or when it is closed, in the same turn", async () => {
    const before = descriptors();
    const { pool, announcer, count } = open();
    announcer.announce(addressOn("eth0"));
    announcer.silence(box.path);
    await new Promise(setImmediate);
    announcer.announce(addressOn("eth0"));
    await announcer.close();
    await pool.close();
    expect(count).toEqual({ begun: 0, ended: 0 });
    expect(descriptors()).toEqual(before);
  });
});

function fail(): never {
  throw new Error("not on this thread");
}
