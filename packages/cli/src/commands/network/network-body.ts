import { BlockList, isIP, isIPv6 } from "node:net";
import type { Json, JsonObject } from "../../api/json.ts";
import { UsageError } from "../../errors.ts";
import { given, type Input, pairOf } from "../../program/input.ts";

/** The Engine API's body of `POST /networks/create`. */
export function networkBody(input: Input): JsonObject {
  return {
    Name: input.arg(0),
    EnableIPv4: input.flag("ipv4"),
    // Absent, it is for the daemon to say: a subnet of IPv6 turns it on.
    ...(input.flag("ipv6") ? { EnableIPv6: true } : {}),
    Internal: input.flag("internal"),
    Attachable: input.flag("attachable"),
    Options: input.pairs("opt"),
    Labels: input.pairs("label"),
    IPAM: {
      ...given({ Driver: input.text("ipam-driver") }),
      Options: input.pairs("ipam-opt"),
      Config: ipamConfig(input),
    },
    // What is not named is the daemon's choice: its system may be another one.
    ...given({ Driver: input.text("driver"), Scope: input.text("scope") }),
  };
}

/** A subnet each, with the range, the gateway and the addresses that lie in it. */
function ipamConfig(input: Input): readonly Json[] {
  const subnets = input.list("subnet").map((text) => new Subnet(text));
  const place = (option: string, text: string, address: string): Subnet => {
    const subnet = subnets.find((one) => one.holds(address));
    if (subnet !== undefined) return subnet;
    throw new UsageError(`--${option} ${text} lies in no --subnet`);
  };
  for (const range of input.list("ip-range")) {
    place("ip-range", range, range.split("/")[0] ?? "").only("ip-range", "IPRange", range);
  }
  for (const gateway of input.list("gateway")) place("gateway", gateway, gateway).only("gateway", "Gateway", gateway);
  for (const text of input.list("aux-address")) {
    const [name, address] = pairOf(text);
    place("aux-address", text, address).auxiliary[name] = address;
  }
  return subnets.map((subnet) => subnet.config());
}

class Subnet {
  readonly auxiliary: Record<string, string> = {};
  readonly #text: string;
  readonly #block = new BlockList();
  readonly #settings: Record<string, string> = {};

  constructor(text: string) {
    const [address = "", length = ""] = text.split("/");
    if (isIP(address) === 0 || !/^\d{1,3}$/.test(length) || Number(length) > (isIPv6(address) ? 128 : 32)) {
      throw new UsageError(`--subnet ${JSON.stringify(text)} is no subnet such as 10.7.0.0/24 or fd07::/64`);
    }
    this.#text = text;
    this.#block.addSubnet(address, Number(length), isIPv6(address) ? "ipv6" : "ipv4");
  }

  holds(address: string): boolean {
    return isIP(address) !== 0 && this.#block.check(address, isIPv6(address) ? "ipv6" : "ipv4");
  }

  only(option: string, field: string, value: string): void {
    if (this.#settings[field] !== undefined) {
      throw new UsageError(`--${option} ${value}: subnet ${this.#text} has ${this.#settings[field]} already`);
    }
    this.#settings[field] = value;
  }

  config(): JsonObject {
    return { Subnet: this.#text, ...this.#settings, ...given({ AuxiliaryAddresses: this.auxiliary }) };
  }
}
