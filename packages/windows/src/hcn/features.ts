import { CnmError } from "@cnm/core";
import { compareVersions, formatVersion, type HnsVersion, hnsVersion } from "./hns-version.ts";

/** From this version on; `below`: up to the next major, for what was brought to an older one by an update. */
interface Range {
  readonly from: HnsVersion;
  readonly below?: HnsVersion;
}

const from = (major: number, minor: number): Range => ({ from: hnsVersion(major, minor) });
const within = (major: number, minor: number): Range => ({
  from: hnsVersion(major, minor),
  below: hnsVersion(major + 1, 0),
});

/**
 * What HNS can do from which version on, as Microsoft's own clients test for it. The `Schema` entries stand for document
 * fields: Microsoft publishes which Windows has which schema, but not which HNS version, so each is the lowest version
 * that is known to belong to a Windows with that schema. Too high by a little is an honest error; too low is a
 * document that HNS refuses.
 */
export const FEATURES = {
  V2Api: [from(9, 2)],
  RemoteSubnet: [from(9, 2)],
  HostRoute: [from(9, 2)],
  DirectServerReturn: [within(9, 3), from(10, 2)],
  Slash32EndpointPrefixes: [within(9, 3), from(10, 4)],
  VxlanPort: [from(10, 3)],
  AclProtocol252: [from(11, 0)],
  IPv6DualStack: [from(11, 10)],
  SessionAffinity: [from(12, 0)],
  SetPolicy: [from(13, 0)],
  L4Proxy: [within(9, 5), within(10, 5), within(11, 11), within(12, 1), from(13, 1)],
  L4WfpProxy: [from(13, 2)],
  TierAcl: [from(14, 0)],
  NetworkAcl: [from(15, 0)],
  NestedIpSet: [from(15, 0)],
  DisableHostPort: [from(15, 1)],
  AccelNet: [from(15, 4)],
  // 15.4 has it too, and breaks the load balancer that it changes.
  ModifyLoadBalancer: [from(15, 5)],
  "Schema 2.1": [from(11, 10)],
  "Schema 2.3": [from(11, 10)],
  "Schema 2.4": [from(11, 10)],
  "Schema 2.5": [from(11, 10)],
  "Schema 2.6": [from(11, 10)],
  "Schema 2.7": [from(14, 0)],
  "Schema 2.8": [from(14, 0)],
  "Schema 2.9": [from(14, 0)],
  "Schema 2.10": [from(14, 0)],
  "Schema 2.16": [from(15, 0)],
} as const satisfies Readonly<Record<string, readonly Range[]>>;

export type HnsFeature = keyof typeof FEATURES;

export function supports(version: HnsVersion, feature: HnsFeature): boolean {
  const ranges: readonly Range[] = FEATURES[feature];
  return ranges.some(
    ({ from, below }) =>
      compareVersions(version, from) >= 0 && (below === undefined || compareVersions(version, below) < 0),
  );
}

/** "≥ 14.0", "9.3 to 9.x or ≥ 10.2". */
export function versionsOf(feature: HnsFeature): string {
  const ranges: readonly Range[] = FEATURES[feature];
  return ranges
    .map(({ from, below }) =>
      below === undefined ? `≥ ${formatVersion(from)}` : `${formatVersion(from)} to ${from.Major}.x`,
    )
    .join(" or ");
}

/** Throws CnmError `unsupported` "hns-version" that names `what`, the versions that have it, and the host's. */
export function requireFeature(version: HnsVersion, feature: HnsFeature, what: string = feature): void {
  if (supports(version, feature)) return;
  const message = `${what} needs HNS ${versionsOf(feature)}; this host has ${formatVersion(version)}`;
  throw new CnmError("unsupported", "hns-version", message);
}
