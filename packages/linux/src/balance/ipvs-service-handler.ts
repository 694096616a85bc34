import { CnmError, formatOwner } from "@cnm/core";
import { IPVS_GENL_NAME } from "../ipvs/constants.ts";
import { type IpvsTimeouts, readTimeouts, setTimeouts } from "../ipvs/service.ts";
import { genericFamily } from "../netlink/generic-family.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import type { HandlerChange, HandlerScope, ResourceHandler } from "../resources/handler.ts";
import type { IpvsServiceResource } from "../resources/resource.ts";
import { ipvsRequests } from "./ipvs-requests.ts";
import { byPlace, type Place, type PlaceSockets } from "./place.ts";
import { readIpvs } from "./read-ipvs.ts";

type Change = HandlerChange<IpvsServiceResource>;

/** There already, or gone already: the state is looked up and led on from there. */
const UNEXPECTED: ReadonlySet<string> = new Set(["EEXIST", "ESRCH", "ENOENT"]);

/** Makes virtual services of IPVS in sandboxes. */
export function ipvsServiceHandler(sockets: PlaceSockets): ResourceHandler<IpvsServiceResource> {
  /** The kernel gives it once, for all namespaces. */
  let family: number | undefined;

  return {
    kinds: ["ipvs-service"],

    async apply(change: Change): Promise<void> {
      const done: [Place, Change][] = [];
      try {
        for (const [place, part] of byPlace(change)) {
          await changeAt(place, part);
          done.push([place, part]);
        }
      } catch (error) {
        const failures: unknown[] = [];
        for (const [place, { remove, add }] of done.toReversed()) {
          await changeAt(place, { remove: add, add: remove }).catch((failure: unknown) => failures.push(failure));
        }
        throw failures.length === 0 ? error : new AggregateError([error, ...failures], String(error), { cause: error });
      }
    },

    async observe({ owners, wanted, departing }: HandlerScope<IpvsServiceResource>) {
      const found: IpvsServiceResource[] = [];
      const known = new Map([...wanted, ...departing].map((service) => [service.key, service.owner]));
      for (const place of await sockets.places([...wanted, ...departing])) {
        if (place === undefined) continue;
        const there = await sockets.visit(place, async (socket) => {
          const number = await familyOn(socket);
          const all = number === undefined ? [] : await readIpvs(socket, number, place, known);
          // Somebody else's sandbox may balance by itself.
          return sockets.isOwn(place) ? all : all.filter(({ key }) => known.has(key));
        });
        found.push(...(there ?? []));
      }
      return owners === undefined ? found : found.filter(({ owner }) => owners.has(formatOwner(owner)));
    },

    difference(wanted, found) {
      const leads = ({ scheduler, persistence, destinations }: IpvsServiceResource) =>
        `by ${scheduler}${persistence > 0 ? `, ${persistence} s persistent,` : ""} to ${
          destinations
            .map(({ address, port, weight }) => `${address} ${port} weight ${weight}`)
            .sort()
            .join(", ") || "nobody"
        }`;
      if (leads(wanted) !== leads(found)) return `it leads ${leads(found)}, not ${leads(wanted)}`;
      const short = TIMES.find((name) => found.timeouts[name] < wanted.timeouts[name]);
      if (short === undefined) return undefined;
      return `its ${short} timeout is ${found.timeouts[short]} s, not ${wanted.timeouts[short]} s`;
    },

    close: async () => {},
  };

  async function changeAt(place: Place, change: Change): Promise<void> {
    await sockets.visit(
      place,
      async (socket) => {
        const number = await familyOn(socket);
        if (number === undefined) {
          if (change.add.length === 0) return;
          throw new CnmError("unsupported", "no-ipvs", "this kernel has no IPVS (CONFIG_IP_VS, kernel module ip_vs)");
        }
        await lead(socket, number, place, change);
        if (change.add.length > 0) await lengthenTimeouts(socket, number, change.add);
      },
      change.add.length > 0,
    );
  }

  async function lead(socket: NetlinkSocket, number: number, place: Place, change: Change): Promise<void> {
    const failure = await attempt(socket, number, change);
    if (failure === undefined) return;
    if (!UNEXPECTED.has(failure.code)) {
      await converge(socket, number, place, { remove: change.add, add: change.remove });
      throw failure;
    }
    await converge(socket, number, place, change);
  }

  /** From what is really there to what is to be added. */
  async function converge(socket: NetlinkSocket, number: number, place: Place, change: Change): Promise<void> {
    const owners = new Map([...change.remove, ...change.add].map(({ key, owner }) => [key, owner]));
    const there = (await readIpvs(socket, number, place, owners)).filter(({ key }) => owners.has(key));
    const failure = await attempt(socket, number, { remove: there, add: change.add });
    if (failure !== undefined) throw failure;
  }

  async function attempt(socket: NetlinkSocket, number: number, change: Change) {
    const requests = ipvsRequests(number, change);
    if (requests.length === 0) return undefined;
    const failures = (await socket.execute(requests)).filter((outcome) => outcome !== undefined);
    return failures.find(({ code }) => !UNEXPECTED.has(code)) ?? failures[0];
  }

  async function familyOn(socket: NetlinkSocket): Promise<number | undefined> {
    family ??= await genericFamily(socket, IPVS_GENL_NAME);
    return family;
  }
}

const TIMES = ["tcp", "tcpFin", "udp"] as const;

/** A namespace has one of each for all services: the longest that any of them asks for. */
async function lengthenTimeouts(
  socket: NetlinkSocket,
  family: number,
  services: readonly IpvsServiceResource[],
): Promise<void> {
  const now = await readTimeouts(socket, family);
  const longest = (name: keyof IpvsTimeouts): number => Math.max(...services.map(({ timeouts }) => timeouts[name]));
  const known = TIMES.every((name) => now[name] === KERNEL_DEFAULTS[name]);
  const wish = (name: keyof IpvsTimeouts): number => (known ? longest(name) : Math.max(now[name], longest(name)));
  const wanted = { tcp: wish("tcp"), tcpFin: wish("tcpFin"), udp: wish("udp") };
  if (TIMES.every((name) => now[name] === wanted[name])) return;
  const [failure] = await socket.execute([setTimeouts(family, wanted)]);
  if (failure !== undefined) throw failure;
}

/** net/netfilter/ipvs/ip_vs_proto_tcp.c, ip_vs_proto_udp.c: of a namespace that nobody has set any in. */
const KERNEL_DEFAULTS: IpvsTimeouts = { tcp: 900, tcpFin: 120, udp: 300 };
