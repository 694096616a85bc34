import type { LinkResource } from "../resource.ts";
import type { StackResource } from "./stack-change.ts";

/** What is wanted may leave things open; those may be anything. */
export function stackDifference(wanted: StackResource, found: StackResource): string | undefined {
  if (wanted.kind === "link" && found.kind === "link") return linkDifference(wanted, found);
  if (wanted.kind === "route" && found.kind === "route") {
    return (
      differs("link", wanted.link, found.link) ??
      differs("gateway", wanted.gateway, found.gateway, true) ??
      differs("source", wanted.source, found.source)
    );
  }
  if (wanted.kind === "sysctl" && found.kind === "sysctl") return differs("value", wanted.value, found.value);
  return undefined;
}

function linkDifference(wanted: LinkResource, found: LinkResource): string | undefined {
  const type = differs("type", wanted.type, found.type);
  if (wanted.adopt === true && wanted.type !== "vlan") {
    return type ?? (wanted.up ? stateDifference(wanted, found) : undefined);
  }
  return (
    type ??
    endDifference(wanted, found) ??
    differs("master", wanted.master, found.master, true) ??
    differs("parent", wanted.parent, found.parent) ??
    differs("VLAN", wanted.vlanId, found.vlanId) ??
    differs("mode", wanted.mode, found.mode) ??
    differs("flag", wanted.flag, found.flag) ??
    peerDifference(wanted.peer, found.peer)
  );
}

type End = Pick<LinkResource, "up" | "mtu" | "mac" | "master" | "port" | "linkLocal">;

/** Of either end of a pair. */
const endDifference = (wanted: End, found: End): string | undefined =>
  stateDifference(wanted, found) ??
  differs("MTU", wanted.mtu, found.mtu) ??
  differs("MAC address", wanted.mac, found.mac) ??
  differs("master", wanted.master, found.master) ??
  differs("hairpin", wanted.port?.hairpin, found.port?.hairpin) ??
  differs("isolation", wanted.port?.isolated, found.port?.isolated) ??
  // A bridge that takes no note of groups sends all multicast everywhere.
  differs("multicast router", wanted.port?.router, found.port?.router ?? wanted.port?.router) ??
  linkLocalDifference(wanted.linkLocal, found.linkLocal);

const stateDifference = (wanted: End, found: End): string | undefined =>
  differs("state", word(wanted.up), word(found.up));

/** Where the host has no IPv6, there is none to make an address. */
function linkLocalDifference(wanted: boolean | undefined, found: boolean | undefined): string | undefined {
  if (wanted === undefined || found === undefined || wanted === found) return undefined;
  return found ? "IPv6 makes an address on it" : "IPv6 makes no address on it";
}

function peerDifference(wanted: LinkResource["peer"], found: LinkResource["peer"]): string | undefined {
  if (wanted === undefined) return undefined;
  if (found === undefined) return `its other end is not in ${wanted.netns}`;
  const difference =
    differs("name", wanted.name, found.name) ??
    differs("namespace", wanted.netns, found.netns) ??
    endDifference(wanted, found);
  return difference === undefined ? undefined : `its other end: ${difference}`;
}

type Value = string | number | boolean | undefined;

/** `exact`: nothing wanted means that there must be nothing. */
function differs(what: string, wanted: Value, found: Value, exact = false): string | undefined {
  if (wanted === found || (wanted === undefined && !exact)) return undefined;
  return `${what} is ${found ?? "not set"}, not ${wanted ?? "unset"}`;
}

const word = (up: boolean): string => (up ? "up" : "down");
