import type { ExposedPort, PortRequest } from "../model/port.ts";
import type { HealthSpec } from "./health-spec.ts";

/**
 * How a sandbox is to join a network. Everything has a default.
 *
 * @example
 * const spec: JoinSpec = { aliases: ["www"], ports: ["8080:80/tcp", "[::1]:8443:443"], addresses: ["10.7.0.9"] };
 */
export interface JoinSpec {
  /** Unique on the network. Default: the sandbox's name. */
  readonly name?: string;
  readonly aliases?: readonly string[];
  /** Published ports, as texts in the form of `docker run -p` or parsed. */
  readonly ports?: readonly (string | PortRequest)[];
  /** "80/tcp" */
  readonly exposed?: readonly (string | ExposedPort)[];
  /** At most one of each family, in a subnet of the network; and any number of link-local ones beside. Default: any free ones. */
  readonly addresses?: readonly string[];
  /** Default: a random locally administered one, or the option `com.docker.network.endpoint.macaddress`. */
  readonly mac?: string;
  /** Default: the driver's prefix and the lowest free number, or the option `com.docker.network.endpoint.ifname`. */
  readonly interfaceName?: string;
  /** The highest of a sandbox carries the default route. Default: 0. */
  readonly gatewayPriority?: number;
  /** Driver options, by Docker's names. */
  readonly options?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Works as a task of this service, which has to be on the network. A name or an id. */
  readonly service?: string;
  /** How many connections the task is to get in proportion to others. Default: 1. */
  readonly weight?: number;
  /** What the task has instead of its service's check; false: nobody looks. Default: its service's. */
  readonly health?: HealthSpec | false;
  /** Settings of the interface; IFNAME stands for its name: { "net.ipv4.conf.IFNAME.log_martians": "1" }. */
  readonly sysctls?: Readonly<Record<string, string>>;
  /** How often, and how far apart, neighbours are told of the addresses. Default: 3 times, 1,000 ms. */
  readonly announce?: { readonly count?: number; readonly intervalMs?: number };
}
