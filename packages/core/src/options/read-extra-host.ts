import { readAddress } from "../address/address.ts";
import { formatAddress } from "../address/format-address.ts";
import { isDomain } from "./schemas.ts";

/** In the place of an address: the one under which sandboxes reach their host. */
export const HOST_GATEWAY = "host-gateway";

export interface ExtraHost {
  readonly name: string;
  /** Canonical, or {@link HOST_GATEWAY}. */
  readonly address: string;
}

/** "db:10.0.0.7", "db:fd07::7" or, as `docker run` takes it too, "db:[fd07::7]"; or what is wrong, as a predicate. */
export function readExtraHost(text: string): ExtraHost | string {
  const colon = text.indexOf(":");
  if (colon < 0) return 'has to be a name, ":" and an address';
  const name = text.slice(0, colon);
  if (!isDomain(name)) return "has to begin with a host name of letters, digits, hyphens and dots";
  const given = text.slice(colon + 1);
  if (given === HOST_GATEWAY) return { name, address: HOST_GATEWAY };
  const address = readAddress(/^\[.*:.*\]$/.test(given) ? given.slice(1, -1) : given);
  return typeof address === "string"
    ? `has no address after the name: ${address}`
    : { name, address: formatAddress(address) };
}
