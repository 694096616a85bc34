/**
 * What a network is to be like.
 *
 * @example
 * const spec: NetworkSpec = {
 *   name: "web",
 *   ipam: { subnets: ["10.7.0.0/24", { subnet: "fd07::/64", gateway: "fd07::ff" }] },
 * };
 */
export interface NetworkSpec {
  readonly name: string;
  /** Default: the controller's `defaultDriver`, which is "bridge" unless set. */
  readonly driver?: string;
  /** Default: true, or the option `com.docker.network.enable_ipv4`. */
  readonly ipv4?: boolean;
  /** Default: true if there is an IPv6 subnet, or the option `com.docker.network.enable_ipv6`. */
  readonly ipv6?: boolean;
  /** No way out of the network and none in. Default: false. */
  readonly internal?: boolean;
  /** Default: false. */
  readonly attachable?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  /** Driver options, by Docker's names: `com.docker.network.bridge.name`… */
  readonly options?: Readonly<Record<string, string>>;
  readonly ipam?: IpamSpec;
}

export interface IpamSpec {
  /** Default: what the network driver names, mostly "default". */
  readonly driver?: string;
  readonly options?: Readonly<Record<string, string>>;
  /** A family that is on and has no subnet here gets one from the address pools; IPv6 a unique local one. */
  readonly subnets?: readonly (string | SubnetSpec)[];
}

export interface SubnetSpec {
  /** "10.7.0.0/24"; "0.0.0.0/26" and "::/64" ask for any of that size. */
  readonly subnet: string;
  /** The part of the subnet that addresses are chosen from. Default: all of it. */
  readonly ipRange?: string;
  /** Default: the first free address. */
  readonly gateway?: string;
  /** Addresses to be left alone, by name. The names DefaultGatewayIPv4 and DefaultGatewayIPv6 are gateways of sandboxes. */
  readonly auxAddresses?: Readonly<Record<string, string>>;
}
