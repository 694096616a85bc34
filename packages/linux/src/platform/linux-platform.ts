import { join, resolve } from "node:path";
import { Closers, EndOfTurn, type Features, type Platform } from "@cnm/core";
import { ipvsBalancer } from "../balance/ipvs-balancer.ts";
import { ipvsServiceHandler } from "../balance/ipvs-service-handler.ts";
import { nftBalancer } from "../balance/nft-balancer.ts";
import { nftServiceHandler } from "../balance/nft-service-handler.ts";
import { placeSockets } from "../balance/place-sockets.ts";
import { taskTraffic } from "../balance/task-traffic.ts";
import { connectInside } from "../connect/connect-inside.ts";
import { flowsHandler } from "../conntrack/flows-handler.ts";
import { type BridgeDriverOptions, bridge } from "../drivers/bridge/bridge.ts";
import { hostDriver } from "../drivers/host/host.ts";
import { ipvlan } from "../drivers/ipvlan/ipvlan.ts";
import { macvlan } from "../drivers/macvlan/macvlan.ts";
import { nullDriver } from "../drivers/null/null.ts";
import { bindLibc, type Libc } from "../ffi/libc.ts";
import { loadFfi } from "../ffi/load-ffi.ts";
import { chooseFirewall, type FirewallChoice } from "../firewall/choose-firewall.ts";
import type { Firewall } from "../firewall/firewall.ts";
import { cnmChains } from "../firewall/iptables/chains.ts";
import { iptablesFirewall } from "../firewall/iptables/iptables-firewall.ts";
import { nftablesFirewall } from "../firewall/nftables/nftables-firewall.ts";
import { cnmTable, type SkeletonOptions } from "../firewall/nftables/skeleton.ts";
import { noFirewall } from "../firewall/none/no-firewall.ts";
import { carryApart } from "../forwarder/apart/carry-apart.ts";
import { carryHere } from "../forwarder/carry-here.ts";
import { forwarderHandler } from "../forwarder/forwarder-handler.ts";
import { findProgram } from "../iptables/find-program.ts";
import { iptablesHandler } from "../iptables/iptables-handler.ts";
import { iptablesProgram } from "../iptables/iptables-program.ts";
import { removeIptablesLeftovers } from "../iptables/remove-leftovers.ts";
import { programRunner } from "../iptables/run-program.ts";
import { nameServers } from "../nameserver/name-servers.ts";
import { nameServerUpstream } from "../nameserver/upstream/upstream.ts";
import { NETLINK_GENERIC, NETLINK_NETFILTER, NETLINK_ROUTE } from "../netlink/constants.ts";
import { openMonitor } from "../netlink/monitor.ts";
import { openNetlinkSocket } from "../netlink/socket.ts";
import { OWN_NAMESPACE, openHome } from "../netns/home.ts";
import { currentNamespace, type Namespace } from "../netns/namespace.ts";
import { openNamespacePool } from "../netns/namespace-pool.ts";
import { openNamespace } from "../netns/open-namespace.ts";
import { readSysctl } from "../netns/sysctl.ts";
import { NFNLGRP_NFTABLES } from "../nftables/constants.ts";
import { nftablesHandler } from "../nftables/nft-handler.ts";
import type { NftTableSpec } from "../nftables/spec.ts";
import { portHandler } from "../ports/port-handler.ts";
import { createPortHolder } from "../ports/port-holder.ts";
import { createEngine } from "../resources/engine.ts";
import { EngineLoad } from "../resources/engine-load.ts";
import type { LinuxResource } from "../resources/resource.ts";
import { LinkIndexes } from "../resources/stack/link-indexes.ts";
import { openLinkRemover } from "../resources/stack/link-remover.ts";
import { QuietStarts } from "../resources/stack/quiet-starts.ts";
import { stackHandler } from "../resources/stack/stack-handler.ts";
import { dumpAddresses } from "../route/address/address.ts";
import {
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_LINK,
} from "../route/constants.ts";
import { dumpLinks } from "../route/link/get-link.ts";
import { openAnnouncer } from "./announcer.ts";
import { claimHost } from "./claim-host.ts";
import { diagnose } from "./diagnose.ts";
import { probeKernel } from "./features.ts";
import { probeFirewalls } from "./firewall-features.ts";
import { readHostFacts } from "./host-facts.ts";
import { hostLinks } from "./host-links.ts";
import { hostRoutes } from "./host-routes.ts";
import { readNameservers } from "./nameservers.ts";
import { planSandbox } from "./plan-sandbox.ts";

export interface LinuxPlatformOptions {
  /** Namespaces are pinned below it. Default: /run/cnm. */
  readonly runDir?: string;
  /** Path of the namespace that plays the host. Default: the calling thread's own. */
  readonly netns?: string;
  /** Default: "auto", which is nftables where the kernel has it, else iptables where its programs are. */
  readonly firewall?: FirewallChoice;
  /**
   * Where connections are carried that the kernel cannot lead: from ::1, and from IPv6 to IPv4-only sandboxes. "here": in this
   * process, and while the platform is open. "apart": in a process of its own, which is there while there are such ports, and
   * goes on when this one ends, however it ends. Default: "here".
   */
  readonly forwarding?: "here" | "apart";
  /** Default: CNM_FFI, else koffi. */
  readonly ffi?: "koffi" | "ffi-rs";
  readonly bridge?: BridgeDriverOptions & SkeletonOptions;
}

/** Of what the stack's handler watches. */
const STACK_GROUPS = [RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE];

/**
 * The Linux host: network namespaces, links, addresses, routes, nf_tables, all over netlink. Needs root.
 *
 * @throws CnmError `conflict` "host-in-use" while another platform, of whatever process, is open in this namespace;
 *   `unsupported` when the chosen firewall cannot be used.
 */
export async function linuxPlatform(options: LinuxPlatformOptions = {}): Promise<Platform<LinuxResource>> {
  const closers = new Closers();
  try {
    return await openPlatform(options, closers);
  } catch (error) {
    try {
      await closers.close();
    } catch (closing) {
      throw new AggregateError([error, closing], error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    }
    throw error;
  }
}

async function openPlatform(options: LinuxPlatformOptions, closers: Closers): Promise<Platform<LinuxResource>> {
  const { runDir = "/run/cnm" } = options;
  const ffi = loadFfi(options.ffi);
  const libc = bindLibc(ffi);
  const host = openHost(libc, options.netns, closers);
  closers.add(() => host.close());
  const claim = claimHost(libc, host);
  closers.add(() => claim[Symbol.dispose]());
  const remover = openLinkRemover(ffi, libc, host);
  closers.add(() => remover.close());
  // While a link is being deleted, whatever else concerns links has to wait for it.
  // With several changes at once, each waits for the others in the kernel: not on this thread.
  const load = new EngineLoad();
  const end = new EndOfTurn();
  const isCalm = () => remover.idle && load.changes <= 1;
  const pool = openNamespacePool(libc, host, { isCalm, end });
  closers.add(() => pool.close());
  const dns = nameServers({ ffi, libc, pool });
  closers.add(() => dns.close());
  const pins = join(resolve(runDir), "netns");
  const carrier = options.forwarding === "apart" ? carryApart({ ffi, libc, host }) : carryHere({ libc, host });
  const holder = createPortHolder(libc, host, end, (port) => carrier.heldSocket(port));
  closers.add(() => holder.close());
  const announcer = openAnnouncer(libc, pool, end);
  const quiet = new QuietStarts(libc, pool);
  closers.add(() => quiet.end());
  const table = cnmTable(options.bridge);
  const openSocket = () => host.enter(() => openNetlinkSocket(libc, NETLINK_NETFILTER, isCalm));
  const program = iptablesProgram({ run: programRunner(host) });
  const firewalls = await probeFirewalls(openSocket);
  const chosen = chooseFirewall(options.firewall ?? "auto", firewalls);
  const chains = { 4: cnmChains(4, options.bridge), 6: cnmChains(6, options.bridge) };
  // What nftables left is seen by its handler, and goes as whatever else nobody wants.
  if (chosen !== "iptables") await removeIptablesLeftovers(program);
  const balancing = {
    netfilter: placeSockets({ libc, pool, pins, protocol: NETLINK_NETFILTER }),
    generic: placeSockets({ libc, pool, pins, protocol: NETLINK_GENERIC }),
  };
  const engine = createEngine(
    [
      portHandler(holder),
      stackHandler({ libc, pool, remover, indexes: new LinkIndexes(), quiet, isCalm, ...announcer }, pins, (listener) =>
        host.enter(() => openMonitor(ffi, libc, NETLINK_ROUTE, STACK_GROUPS, listener, { everyNamespace: true })),
      ),
      nftablesHandler({
        table,
        openSocket,
        openMonitor: (listener) =>
          host.enter(() => openMonitor(ffi, libc, NETLINK_NETFILTER, [NFNLGRP_NFTABLES], listener)),
      }),
      ...(chosen === "iptables" ? [iptablesHandler({ chains, program })] : []),
      flowsHandler({
        openSocket,
        hostAddresses: async () =>
          new Set(
            (await dumpAddresses(pool.host.route())).map(({ address }) => address.slice(0, address.indexOf("/"))),
          ),
      }),
      forwarderHandler({ libc, holder, carrier }),
      nftServiceHandler(balancing.netfilter),
      ipvsServiceHandler(balancing.generic),
    ],
    load,
  );
  closers.add(() => engine.close());
  closers.add(() => announcer.close());
  const facts = await readHostFacts(pool);
  const firewall = firewallOf(chosen, options.bridge, table);
  let kernel: Promise<Features> | undefined;

  return {
    name: "linux",
    drivers: [
      bridge(options.bridge ?? {}, { firewall, host: facts, namespaces: pins }),
      macvlan(),
      ipvlan(),
      hostDriver(),
      nullDriver(),
    ],
    balancers: [ipvsBalancer(), nftBalancer()],
    facts,
    async features() {
      kernel ??= probeKernel(libc, host).catch((error: unknown) => {
        kernel = undefined;
        throw error;
      });
      return { ...firewalls, ...(await kernel) };
    },
    planSandbox,
    namespacePath: (id) => join(pins, id.slice(0, 12)),
    // Also the next process's that keeps this host: it is one in the same namespace.
    hostNamespace: options.netns ?? OWN_NAMESPACE,
    checkNamespace: async (path) => openNamespace(libc, path).close(),
    interfaceNames: (path) =>
      pool.use(path, async (handle) => (await dumpLinks(handle.route())).map(({ name }) => name)),
    apply: engine.apply,
    observe: engine.observe,
    observable: engine.observable,
    difference: engine.difference,
    watch: engine.watch,
    diagnose: (resources) =>
      diagnose(
        {
          host,
          route: pool.host.route(),
          openNetfilter: openSocket,
          run: programRunner(host),
          find: findProgram,
          firewall: chosen,
          isHeld: (port) => holder.descriptor(port) !== undefined,
        },
        resources,
      ),
    async recordBaseline(resource) {
      if (resource.kind !== "sysctl") return resource;
      const before = await pool.use(resource.netns, async ({ namespace }) => readSysctl(namespace, resource.name));
      return before === undefined || before === resource.value ? resource : { ...resource, restore: before };
    },
    routes: () => hostRoutes(pool.host.route()),
    links: () => hostLinks(pool.host.route()),
    nameservers: readNameservers,
    statistics: (path) =>
      pool.use(path, async (handle) =>
        (await dumpLinks(handle.route(), { statistics: true })).flatMap(({ name, statistics }) =>
          statistics === undefined ? [] : [{ interfaceName: name, ...statistics }],
        ),
      ),
    ports: holder,
    traffic: taskTraffic(balancing),
    connect: (target, callOptions) => connectInside({ libc, pool }, target, callOptions),
    openNameServer: dns.open,
    upstream: nameServerUpstream({ ffi, libc, pool }),
    close: () => closers.close(),
  };
}

/** Another namespace than the thread's own is visited from a home that is known, as sandboxes are. */
function openHost(libc: Libc, netns: string | undefined, closers: Closers): Namespace {
  if (netns === undefined) return currentNamespace(libc);
  const home = openHome(libc);
  closers.add(() => home.close());
  return openNamespace(libc, netns, home);
}

function firewallOf(chosen: Firewall["name"], options: SkeletonOptions | undefined, table: NftTableSpec): Firewall {
  switch (chosen) {
    case "nftables":
      return nftablesFirewall(table);
    case "iptables":
      return iptablesFirewall(options);
    case "none":
      return noFirewall;
  }
}
