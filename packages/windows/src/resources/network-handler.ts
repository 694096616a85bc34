import { isDeepStrictEqual } from "node:util";
import { CnmError, overlaps, readPrefix } from "@cnm/core";
import type { HostComputeNetwork } from "../hcn/network.ts";
import { told } from "./advice.ts";
import { type HandlerOf, type HandlerParts, nothingToUndo, type Undo } from "./handler.ts";
import { HcnObject, ownerText } from "./hcn-object.ts";
import type { NetworkResource } from "./resource.ts";
import { keyed } from "./resource-key.ts";

export function networkHandler(parts: HandlerParts): HandlerOf<"hcn-network"> {
  const { client } = parts;
  const object = new HcnObject(parts, {
    objects: client.networks,
    forever: parts.forever.networks,
    wanted: (resource: NetworkResource) => ({ ...resource.document, ID: resource.id, Owner: ownerText(resource) }),
    resource: networkResource,
    blocked: async (resource) => {
      const others = await client.networks.list();
      const other = others.find((candidate) => isInTheWay(candidate, resource));
      if (other === undefined) return;
      const message = `HNS has network ${JSON.stringify(other.Name)} (${other.ID}) of ${other.Owner || "nobody known"} in the way: ${whyInTheWay(other, resource)}`;
      throw new CnmError("conflict", "hns-network-exists", message);
    },
  });

  const make = async (resource: NetworkResource): Promise<Undo> => {
    if (resource.adopt !== true) return object.make(resource, change);
    try {
      if ((await object.find(resource.id)) !== undefined) return nothingToUndo;
    } catch (error) {
      throw told("used", resource, error);
    }
    const message = "HNS has no network with this id; `Get-HnsNetwork` lists those that it has";
    throw told("used", resource, new CnmError("not-found", "no-such-hns-network", message));
  };

  /** Names, DNS and policies change in place; all else makes it anew, and what is on it goes with it. */
  const change = async (from: NetworkResource, to: NetworkResource): Promise<Undo> => {
    if (to.adopt === true || from.adopt === true) return make(to);
    if (!isDeepStrictEqual(withoutPolicies(from), withoutPolicies(to))) return object.replace(from, to, make);
    try {
      await update(to);
    } catch (error) {
      throw told("changed", to, error);
    }
    return () => update(from);
  };

  async function update({ id, document }: NetworkResource): Promise<void> {
    const { Policies = [], Dns = {} } = document;
    await client.networks.modify(id, { ResourceType: "DNS", RequestType: "Update", Settings: Dns });
    if (Policies.length === 0) return;
    await client.networks.modify(id, { ResourceType: "Policy", RequestType: "Update", Settings: { Policies } });
  }

  return {
    kind: "hcn-network",
    make,
    drop: (resource) => (resource.adopt === true ? Promise.resolve(nothingToUndo) : object.drop(resource, make)),
    change,
    async observe(known) {
      const found = await object.observe(known);
      return found.map((network) => {
        const wanted = known.get(network.id);
        const adopted = wanted?.kind === "hcn-network" && wanted.adopt === true;
        return adopted ? { ...network, owner: wanted.owner, adopt: true } : network;
      });
    },
  };
}

export function networkResource(document: HostComputeNetwork, owner: NetworkResource["owner"]): NetworkResource {
  const { ID: id, Owner: _, Health: _health, State: _state, ...rest } = document;
  return keyed({ kind: "hcn-network", owner, id, document: rest });
}

/** What is ours under another id is on its way out, or is found by a repair. */
function isInTheWay(other: HostComputeNetwork, wanted: NetworkResource): boolean {
  if (other.ID === wanted.id || other.Owner?.startsWith("cnm:") === true) return false;
  return whyInTheWay(other, wanted) !== undefined;
}

function whyInTheWay(other: HostComputeNetwork, { document }: NetworkResource): string | undefined {
  if (other.Name !== undefined && other.Name.toLowerCase() === document.Name?.toLowerCase()) {
    return "it has the same name; the option com.docker.network.windowsshim.networkname gives this one another name";
  }
  const translated = (type: string) => type === "NAT" || type === "ICS";
  if (!translated(other.Type) || !translated(document.Type)) return undefined;
  const mine = prefixesOf(document);
  const clash = prefixesOf(other).find((theirs) => mine.some((own) => overlap(own, theirs)));
  return clash === undefined ? undefined : `its prefix ${clash} overlaps`;
}

const prefixesOf = ({ Ipams = [] }: Pick<HostComputeNetwork, "Ipams">): readonly string[] =>
  Ipams.flatMap(({ Subnets }) => Subnets.map(({ IpAddressPrefix }) => IpAddressPrefix));

function overlap(a: string, b: string): boolean {
  const [one, other] = [readPrefix(a), readPrefix(b)];
  return typeof one !== "string" && typeof other !== "string" && overlaps(one, other);
}

/** Of what HNS shows beside, nothing is known to be different. */
function withoutPolicies({ document: { Type, MacPool, Ipams = [] } }: NetworkResource): object {
  return {
    Type,
    ...(MacPool === undefined ? {} : { MacPool }),
    Ipams: Ipams.flatMap(({ Subnets }) =>
      Subnets.map(({ IpAddressPrefix, Policies }) => ({ IpAddressPrefix, Policies })),
    ),
  };
}
