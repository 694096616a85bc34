import type { Libc, LinuxResource, Namespace } from "@cnm/linux";
import {
  addAddress,
  addRoute,
  createLink,
  deleteLink,
  executeAll,
  NETLINK_ROUTE,
  openNetlinkSocket,
  setLink,
} from "@cnm/linux";
import { cnmTable } from "../../../packages/linux/src/firewall/nftables/skeleton.ts";
import { NETLINK_NETFILTER } from "../../../packages/linux/src/netlink/constants.ts";
import type { Request } from "../../../packages/linux/src/netlink/message.ts";
import type { NetlinkSocket } from "../../../packages/linux/src/netlink/socket.ts";
import { NftTransaction } from "../../../packages/linux/src/nftables/transaction.ts";
import type { Peer } from "./peer.ts";
import { prepare, RawSocket } from "./raw-socket.ts";

/** The interfaces get this index, so that no request has to wait for an answer to learn it. */
const INDEX = 7_000;

/**
 * The kernel's own share: the requests that a join of the library sends, for the plan given, already as bytes; one socket
 * per namespace and family, no thread, no check, no record, no port held.
 */
export async function floorPeer(
  libc: Libc,
  host: Namespace,
  sandbox: Namespace,
  plan: readonly LinuxResource[],
  shared: readonly LinuxResource[],
): Promise<Peer> {
  const route = new RawSocket(libc, host, NETLINK_ROUTE);
  const inside = new RawSocket(libc, sandbox, NETLINK_ROUTE);
  const netfilter = new RawSocket(libc, host, NETLINK_NETFILTER);
  const find = (name: string): number => {
    const socket = host.enter(() => openNetlinkSocket(libc, NETLINK_ROUTE));
    const index = socket.interfaceIndex(name);
    void socket.close();
    if (index === undefined) throw new Error(`no link ${name}`);
    return index;
  };

  const table = cnmTable();
  const bridge = shared.find((resource) => resource.kind === "link");
  const gateway = shared.find((resource) => resource.kind === "address");
  if (bridge?.kind !== "link" || gateway?.kind !== "address") throw new Error("the network's plan has no bridge");
  route.exchange(prepare([createLink({ kind: "bridge", name: bridge.name, up: true })]));
  const masterIndex = find(bridge.name);
  route.exchange(prepare([addAddress({ linkIndex: masterIndex, address: gateway.address })]));
  netfilter.exchange(prepare(await transaction(table, (change) => change.addTable())));

  const veth = plan.find((resource) => resource.kind === "link");
  if (veth?.kind !== "link" || veth.peer === undefined || veth.port === undefined)
    throw new Error("no veth is planned");
  const { name, port, peer, mtu } = veth;
  const elements = plan.flatMap((resource) =>
    resource.kind === "nft-element"
      ? [{ set: resource.set, key: resource.fields, comment: tag(resource), ...data(resource.data) }]
      : [],
  );
  const size = mtu === undefined ? {} : { mtu };
  const make = prepare([
    createLink({
      kind: "veth",
      name,
      ...size,
      masterIndex,
      index: INDEX,
      peer: { name: peer.name, mac: peer.mac, ...size, namespaceFd: sandbox.fd, index: INDEX },
    }),
  ]);
  const finish = prepare([setLink(name, { alias: tag(veth), up: true, port })]);
  const furnish = prepare([
    setLink(peer.name, { alias: tag(veth), up: true }),
    ...plan.flatMap((resource): readonly Request[] => {
      if (resource.kind === "address")
        return [addAddress({ linkIndex: INDEX, address: resource.address, nodad: true })];
      if (resource.kind !== "route" || resource.gateway === undefined) return [];
      return [addRoute({ destination: resource.destination, gateway: resource.gateway, linkIndex: INDEX })];
    }),
  ]);
  const publish = prepare(await transaction(table, (change) => change.addElements(elements)));
  const withdraw = prepare(await transaction(table, (change) => change.deleteElements(elements)));
  const remove = prepare([deleteLink(name)]);

  return {
    name: "kernel floor",
    async join() {
      route.exchange(make);
      route.exchange(finish);
      inside.exchange(furnish);
      netfilter.exchange(publish);
    },
    async leave() {
      netfilter.exchange(withdraw);
      route.exchange(remove);
    },
    async close() {
      for (const socket of [route, inside, netfilter]) socket.close();
    },
  };
}

const tag = ({ owner }: LinuxResource): string => `cnm:${owner.kind}:${owner.id}`;

const data = (fields: readonly string[] | undefined) => (fields === undefined ? {} : { data: fields });

/** What a transaction would send. */
async function transaction(
  table: ConstructorParameters<typeof NftTransaction>[0],
  fill: (change: NftTransaction) => void,
): Promise<readonly Request[]> {
  const change = new NftTransaction(table);
  fill(change);
  let sent: readonly Request[] = [];
  const execute = async (requests: readonly Request[]) => {
    sent = requests;
    return requests.map(() => undefined);
  };
  await change.commit({ execute } as Pick<NetlinkSocket, "execute"> as NetlinkSocket);
  return sent;
}

/**
 * Resolves when the kernel has ended what it was doing with links: the next step is not to pay for the one before. Links
 * are deleted in turn, and whoever asks waits for the end of it; so one more is made and deleted.
 */
export async function quiet(libc: Libc, host: Namespace): Promise<void> {
  const socket = host.enter(() => openNetlinkSocket(libc, NETLINK_ROUTE));
  try {
    const peer = { name: "quiet1" };
    await executeAll(socket, [createLink({ kind: "veth", name: "quiet0", peer }), deleteLink("quiet0")]);
  } finally {
    await socket.close();
  }
}
