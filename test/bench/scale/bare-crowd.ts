import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  addAddress,
  addRoute,
  createLink,
  createNamespace,
  deleteNamespace,
  type Libc,
  type Namespace,
  NETLINK_ROUTE,
  openNetlinkSocket,
  setLink,
} from "@cnm/linux";
import type { Machine } from "../attach/machine.ts";
import { prepare, RawSocket } from "../attach/raw-socket.ts";

/** A bridge and those who join it, by the same requests to the kernel as a join's, and nothing around them. IPv4 alone. */
export class BareCrowd {
  readonly #libc: Libc;
  readonly #folder: string;
  readonly #host: RawSocket;
  readonly #masterIndex: number;
  readonly #waiting: { readonly box: Namespace; readonly inside: RawSocket }[] = [];
  readonly #paths: string[] = [];
  #joined = 0;

  constructor(machine: Machine, name: string) {
    this.#libc = machine.libc;
    this.#folder = machine.path(`netns/${name}`);
    const host = machine.host(name);
    this.#host = new RawSocket(machine.libc, host, NETLINK_ROUTE);
    this.#host.exchange(prepare([createLink({ kind: "bridge", name: "bare0", up: true })]));
    const socket = host.enter(() => openNetlinkSocket(machine.libc, NETLINK_ROUTE));
    this.#masterIndex = socket.interfaceIndex("bare0") ?? 0;
    void socket.close();
  }

  /** So many more are there, and wait to join. */
  expect(count: number): void {
    for (let more = 0; more < count; more++) {
      const path = join(this.#folder, String(this.#paths.length));
      const box = createNamespace(this.#libc, path);
      box.enter(() => writeFileSync("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1"));
      this.#paths.push(path);
      this.#waiting.push({ box, inside: new RawSocket(this.#libc, box, NETLINK_ROUTE) });
    }
  }

  join(): void {
    const next = this.#waiting.shift();
    if (next === undefined) throw new Error("nobody is left to join");
    const { box, inside } = next;
    const at = ++this.#joined;
    const [name, index] = [`bare0.${at}`, 10_000 + at];
    const peer = { name: "eth0", namespaceFd: box.fd, index };
    this.#host.exchange(
      prepare([
        createLink({ kind: "veth", name, masterIndex: this.#masterIndex, index, peer }),
        setLink(name, { linkLocal: false }),
        setLink(name, { alias: name, port: { hairpin: false, isolated: false } }),
        setLink(name, { up: true }),
      ]),
    );
    inside.exchange(
      prepare([
        setLink("eth0", { alias: name }),
        setLink("eth0", { up: true }),
        addAddress({ linkIndex: index, address: `10.64.${1 + (at >> 8)}.${at & 255}/16` }),
        addRoute({ destination: "0.0.0.0/0", gateway: "10.64.0.1", linkIndex: index }),
      ]),
    );
    inside.close();
    box.close();
  }

  close(): void {
    for (const { box, inside } of this.#waiting) {
      inside.close();
      box.close();
    }
    for (const path of this.#paths) deleteNamespace(this.#libc, path);
    this.#host.close();
  }
}
