import type { Protocol } from "@cnm/core";
import { AF_INET, AF_INET6, NLM_F_DUMP } from "../netlink/constants.ts";
import { DecodeError } from "../netlink/decode-error.ts";
import { type Request, request } from "../netlink/message.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { protocolNumber } from "../nftables/fields.ts";
import { ipBytes, ipText } from "../route/ip-bytes.ts";
import {
  ALL_FLAGS,
  IP_VS_CONN_F_MASQ,
  IP_VS_SVC_F_HASHED,
  IP_VS_SVC_F_PERSISTENT,
  IPVS_CMD_DEL_DEST,
  IPVS_CMD_DEL_SERVICE,
  IPVS_CMD_GET_CONFIG,
  IPVS_CMD_GET_DEST,
  IPVS_CMD_GET_SERVICE,
  IPVS_CMD_NEW_DEST,
  IPVS_CMD_NEW_SERVICE,
  IPVS_CMD_SET_CONFIG,
  IPVS_CMD_SET_DEST,
  IPVS_CMD_SET_SERVICE,
} from "./constants.ts";
import { type CommandValues, commandMessage, type DestinationValues, type ServiceValues } from "./messages.ts";

/** What names a virtual service. */
export interface IpvsPort {
  readonly address: string;
  readonly protocol: Protocol;
  readonly port: number;
}

export interface IpvsService extends IpvsPort {
  readonly scheduler: string;
  /** Seconds; 0: each connection by itself. */
  readonly persistence: number;
}

export interface IpvsDestination {
  readonly address: string;
  readonly port: number;
  readonly weight: number;
}

export interface FoundDestination extends IpvsDestination {
  /** Connections that are established. */
  readonly active: number;
}

/** Of a whole namespace, in seconds. */
export interface IpvsTimeouts {
  readonly tcp: number;
  readonly tcpFin: number;
  readonly udp: number;
}

/** EEXIST when it is there. @param family Of generic netlink: see `genericFamily`. */
export const addService = (family: number, service: IpvsService): Request =>
  send(family, IPVS_CMD_NEW_SERVICE, { IPVS_CMD_ATTR_SERVICE: described(service) }, `add ${nameOf(service)}`);

/** Other scheduler, other persistence. ESRCH when it is not there. */
export const changeService = (family: number, service: IpvsService): Request =>
  send(family, IPVS_CMD_SET_SERVICE, { IPVS_CMD_ATTR_SERVICE: described(service) }, `change ${nameOf(service)}`);

/** With its destinations. ESRCH when it is not there. */
export const deleteService = (family: number, service: IpvsPort): Request =>
  send(family, IPVS_CMD_DEL_SERVICE, { IPVS_CMD_ATTR_SERVICE: named(service) }, `delete ${nameOf(service)}`);

export const addDestination = (family: number, service: IpvsPort, destination: IpvsDestination): Request =>
  toDestination(family, IPVS_CMD_NEW_DEST, "add", service, destination);

export const changeDestination = (family: number, service: IpvsPort, destination: IpvsDestination): Request =>
  toDestination(family, IPVS_CMD_SET_DEST, "change", service, destination);

/** Connections that it has go on until they end, unless `expire_nodest_conn` is set. ENOENT when it is not there. */
export const deleteDestination = (family: number, service: IpvsPort, destination: IpvsDestination): Request =>
  toDestination(family, IPVS_CMD_DEL_DEST, "delete", service, destination);

export const setTimeouts = (family: number, { tcp, tcpFin, udp }: IpvsTimeouts): Request =>
  send(
    family,
    IPVS_CMD_SET_CONFIG,
    { IPVS_CMD_ATTR_TIMEOUT_TCP: tcp, IPVS_CMD_ATTR_TIMEOUT_TCP_FIN: tcpFin, IPVS_CMD_ATTR_TIMEOUT_UDP: udp },
    "set the timeouts of IPVS",
  );

export async function readTimeouts(socket: NetlinkSocket, family: number): Promise<IpvsTimeouts> {
  const codec = commandMessage(IPVS_CMD_GET_CONFIG);
  const values = await socket.get(request(family, 0, codec, {}, "read the timeouts of IPVS"), codec);
  return {
    tcp: values.IPVS_CMD_ATTR_TIMEOUT_TCP ?? 0,
    tcpFin: values.IPVS_CMD_ATTR_TIMEOUT_TCP_FIN ?? 0,
    udp: values.IPVS_CMD_ATTR_TIMEOUT_UDP ?? 0,
  };
}

/** Services by address; those by firewall mark, which are not ours, are left out. */
export async function dumpServices(socket: NetlinkSocket, family: number): Promise<readonly IpvsService[]> {
  const codec = commandMessage(IPVS_CMD_GET_SERVICE);
  const found = await socket.dump(request(family, NLM_F_DUMP, codec, {}, "list IPVS services"), codec);
  return found.flatMap(({ IPVS_CMD_ATTR_SERVICE }) => serviceOf(IPVS_CMD_ATTR_SERVICE ?? {}));
}

export async function dumpDestinations(
  socket: NetlinkSocket,
  family: number,
  service: IpvsPort,
): Promise<readonly FoundDestination[]> {
  const codec = commandMessage(IPVS_CMD_GET_DEST);
  const values = { IPVS_CMD_ATTR_SERVICE: named(service) };
  const asked = request(family, NLM_F_DUMP, codec, values, `list destinations of ${nameOf(service)}`);
  return (await socket.dump(asked, codec)).map(({ IPVS_CMD_ATTR_DEST }) =>
    destinationOf(IPVS_CMD_ATTR_DEST ?? {}, familyOf(service)),
  );
}

const send = (family: number, command: number, values: CommandValues, what: string): Request =>
  request(family, 0, commandMessage(command), values, what);

function toDestination(
  family: number,
  command: number,
  verb: string,
  service: IpvsPort,
  { address, port, weight }: IpvsDestination,
): Request {
  const values = {
    IPVS_CMD_ATTR_SERVICE: named(service),
    IPVS_CMD_ATTR_DEST: {
      IPVS_DEST_ATTR_ADDR: sixteen(ipBytes(address)),
      IPVS_DEST_ATTR_PORT: port,
      IPVS_DEST_ATTR_FWD_METHOD: IP_VS_CONN_F_MASQ,
      IPVS_DEST_ATTR_WEIGHT: weight,
      IPVS_DEST_ATTR_U_THRESH: 0,
      IPVS_DEST_ATTR_L_THRESH: 0,
      IPVS_DEST_ATTR_ADDR_FAMILY: familyOf({ address }),
    },
  };
  return send(family, command, values, `${verb} destination ${address} port ${port} of ${nameOf(service)}`);
}

function named(service: IpvsPort): ServiceValues {
  return {
    IPVS_SVC_ATTR_AF: familyOf(service),
    IPVS_SVC_ATTR_PROTOCOL: protocolNumber(service.protocol),
    IPVS_SVC_ATTR_ADDR: sixteen(ipBytes(service.address)),
    IPVS_SVC_ATTR_PORT: service.port,
  };
}

function described(service: IpvsService): ServiceValues {
  const flags = service.persistence > 0 ? IP_VS_SVC_F_PERSISTENT : 0;
  return {
    ...named(service),
    IPVS_SVC_ATTR_SCHED_NAME: service.scheduler,
    IPVS_SVC_ATTR_FLAGS: { flags, mask: ALL_FLAGS },
    IPVS_SVC_ATTR_TIMEOUT: service.persistence,
    // Each client is one by itself.
    IPVS_SVC_ATTR_NETMASK:
      familyOf(service) === AF_INET ? Uint8Array.of(255, 255, 255, 255) : Uint8Array.of(128, 0, 0, 0),
  };
}

function serviceOf(values: ServiceValues): readonly IpvsService[] {
  if (values.IPVS_SVC_ATTR_FWMARK !== undefined) return [];
  const protocol = protocolName(values.IPVS_SVC_ATTR_PROTOCOL);
  if (protocol === undefined) return [];
  const flags = (values.IPVS_SVC_ATTR_FLAGS?.flags ?? 0) & ~IP_VS_SVC_F_HASHED;
  return [
    {
      address: addressText(values.IPVS_SVC_ATTR_ADDR, values.IPVS_SVC_ATTR_AF),
      protocol,
      port: values.IPVS_SVC_ATTR_PORT ?? 0,
      scheduler: values.IPVS_SVC_ATTR_SCHED_NAME ?? "",
      persistence: (flags & IP_VS_SVC_F_PERSISTENT) === 0 ? 0 : (values.IPVS_SVC_ATTR_TIMEOUT ?? 0),
    },
  ];
}

const destinationOf = (values: DestinationValues, serviceFamily: number): FoundDestination => ({
  address: addressText(values.IPVS_DEST_ATTR_ADDR, values.IPVS_DEST_ATTR_ADDR_FAMILY ?? serviceFamily),
  port: values.IPVS_DEST_ATTR_PORT ?? 0,
  weight: values.IPVS_DEST_ATTR_WEIGHT ?? 0,
  active: values.IPVS_DEST_ATTR_ACTIVE_CONNS ?? 0,
});

const PROTOCOLS = ["tcp", "udp", "sctp"] as const;
const protocolName = (number: number | undefined): Protocol | undefined =>
  PROTOCOLS.find((name) => protocolNumber(name) === number);

const familyOf = ({ address }: Pick<IpvsPort, "address">): number => (address.includes(":") ? AF_INET6 : AF_INET);

/** union nf_inet_addr */
function sixteen(address: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set(address);
  return bytes;
}

function addressText(bytes: Uint8Array | undefined, family: number | undefined): string {
  const length = family === AF_INET6 ? 16 : 4;
  if (bytes === undefined || bytes.length < length) throw new DecodeError("an IPVS address that is too short");
  return ipText(bytes.subarray(0, length));
}

const nameOf = ({ address, protocol, port }: IpvsPort): string => `IPVS service ${address} port ${port}/${protocol}`;
