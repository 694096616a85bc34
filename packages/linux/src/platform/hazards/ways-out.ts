import type { LinkResource, LinuxResource } from "../../resources/resource.ts";

/** A sandbox's default route: through which bridge of the host it leads. */
export interface WayOut {
  readonly family: 4 | 6;
  readonly bridge: string;
}

/** Networks to whom nothing leads out (internal ones, those without endpoints) have no default routes. */
export function waysOut(wanted: readonly LinuxResource[]): readonly WayOut[] {
  const bridges = new Map(pairs(wanted).map(({ master, peer }) => [`${peer.netns} ${peer.name}`, master]));
  return wanted.flatMap((resource) => {
    if (resource.kind !== "route" || !resource.destination.endsWith("/0")) return [];
    const bridge = bridges.get(`${resource.netns ?? ""} ${resource.link}`);
    return bridge === undefined ? [] : [{ family: resource.destination.includes(":") ? 6 : 4, bridge } as const];
  });
}

type Pair = LinkResource & Required<Pick<LinkResource, "master" | "peer">>;

/** The veth pairs that are ports of bridges. */
export const pairs = (wanted: readonly LinuxResource[]): readonly Pair[] => wanted.filter(isPair);

const isPair = (resource: LinuxResource): resource is Pair =>
  resource.kind === "link" && resource.master !== undefined && resource.peer !== undefined;
