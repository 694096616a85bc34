import { CnmError } from "@cnm/core";
import type { HostComputeEndpoint } from "../hcn/endpoint.ts";
import { GUID_NULL, type Guid } from "../hcn/guid.ts";
import { HcnError } from "../hcn/hcn-error.ts";
import type { EndpointPolicy } from "../hcn/policies/endpoint-policy.ts";
import { told } from "./advice.ts";
import { difference } from "./difference.ts";
import { type HandlerOf, type HandlerParts, nothingToUndo, type Undo } from "./handler.ts";
import { HcnObject, ownerText } from "./hcn-object.ts";
import { insist } from "./insist.ts";
import { mappedPorts } from "./mapped-ports.ts";
import { isSilence } from "./patient-hcn.ts";
import { changedPolicies } from "./policy-change.ts";
import type { EndpointResource } from "./resource.ts";
import { keyed } from "./resource-key.ts";

/** Endpoints, and their place in a namespace. */
export function endpointHandler(parts: HandlerParts): HandlerOf<"hcn-endpoint"> {
  const { client, forever, pause, ports, late } = parts;
  const object = new HcnObject(parts, {
    objects: client.endpoints,
    forever: parts.forever.endpoints,
    wanted: (resource: EndpointResource) => ({ ...resource.document, ID: resource.id, Owner: ownerText(resource) }),
    resource: endpointResource,
    blocked: async (resource) => {
      const others = await client.endpoints.list();
      const found = others.flatMap((other) => inTheWay(other, resource));
      if (found.length > 0) throw new CnmError("conflict", "hns-endpoint-exists", found.join("; "));
    },
  });

  const request = (RequestType: "Add" | "Remove", EndpointId: Guid) =>
    ({ ResourceType: "Endpoint", RequestType, Settings: { EndpointId } }) as const;

  /** What is in none, or whose namespace is gone, is out. */
  async function detach(namespace: Guid | undefined, endpoint: Guid): Promise<void> {
    if (namespace === undefined) return;
    try {
      await client.namespaces.modify(namespace, request("Remove", endpoint));
    } catch (error) {
      if (!(error instanceof HcnError) || error.kind !== "not-found") throw error;
    }
  }

  async function enter({ namespace, id }: EndpointResource): Promise<void> {
    if (namespace === undefined) return;
    try {
      await insist(() => client.namespaces.modify(namespace, request("Add", id)), pause);
    } catch (error) {
      const there = error instanceof HcnError && error.kind === "conflict" ? await object.find(id) : undefined;
      if (there?.HostComputeNamespace !== namespace) throw error;
    }
  }

  /** Out of the namespace first: an endpoint that is deleted in it may stay there as a ghost. */
  async function remove(resource: EndpointResource): Promise<void> {
    try {
      await detach(resource.namespace, resource.id);
    } catch (error) {
      if (isSilence(error)) late(() => removeLate(resource));
      throw error;
    }
    await object.delete(resource.id);
    await ports.takeBack(mappedPorts(resource.document.Policies));
  }

  async function make(resource: EndpointResource): Promise<Undo> {
    const mapped = mappedPorts(resource.document.Policies);
    await ports.lend(mapped);
    let there: EndpointResource | undefined;
    try {
      there = await object.create(resource);
    } catch (error) {
      await ports.takeBack(mapped);
      throw told("made", resource, error);
    }
    if (there !== undefined) return difference(resource, there) === undefined ? nothingToUndo : change(there, resource);
    try {
      await enter(resource);
      return () => remove(resource);
    } catch (error) {
      await remove(resource).catch(() => late(() => removeLate(resource)));
      throw told("put into its namespace", resource, error);
    }
  }

  /** Without a limit of time: it comes after what HNS is still at. */
  async function removeLate({ id, namespace, document }: EndpointResource): Promise<void> {
    if (namespace !== undefined)
      await forever.namespaces.modify(namespace, request("Remove", id)).catch(() => undefined);
    await forever.endpoints.delete(id);
    await ports.takeBack(mappedPorts(document.Policies));
  }

  async function drop(resource: EndpointResource): Promise<Undo> {
    try {
      const found = await object.find(resource.id);
      if (found === undefined) {
        await ports.takeBack(mappedPorts(resource.document.Policies));
        return nothingToUndo;
      }
      const there = endpointResource(found, resource.owner);
      await remove({ ...resource, ...(there.namespace === undefined ? {} : { namespace: there.namespace }) });
      return async () => void (await make(withChoices(resource, there)));
    } catch (error) {
      if (isSilence(error)) late(() => removeLate(resource));
      throw told("removed", resource, error);
    }
  }

  /** Policies and the namespace change in place; HNS changes nothing else of an endpoint. */
  async function change(from: EndpointResource, to: EndpointResource): Promise<Undo> {
    const kept = { ...to, document: { ...to.document, Policies: from.document.Policies ?? [] }, ...namespaceOf(from) };
    if (difference(kept, from) !== undefined) {
      const back = await drop(from);
      try {
        const undo = await make(to);
        return async () => {
          await undo();
          await back();
        };
      } catch (error) {
        await back();
        throw error;
      }
    }
    try {
      await changePolicies(from, to);
      await move(from, to);
    } catch (error) {
      throw told("changed", to, error);
    }
    return async () => {
      await move(to, from);
      await changePolicies(to, from);
    };
  }

  async function move(from: EndpointResource, to: EndpointResource): Promise<void> {
    if (from.namespace === to.namespace) return;
    await detach(from.namespace, from.id);
    await enter(to);
  }

  async function changePolicies(from: EndpointResource, to: EndpointResource): Promise<void> {
    const send = async (RequestType: "Update" | "Remove", Policies: readonly EndpointPolicy[]) => {
      if (Policies.length === 0) return;
      await client.endpoints.modify(to.id, { ResourceType: "Policy", RequestType, Settings: { Policies } });
    };
    const { remove: gone, update } = changedPolicies(from.document.Policies, to.document.Policies);
    await send("Remove", gone);
    await send("Update", update);
  }

  return { kind: "hcn-endpoint", make, drop, change, observe: (known) => object.observe(known) };
}

export function endpointResource(document: HostComputeEndpoint, owner: EndpointResource["owner"]): EndpointResource {
  const { ID: id, Owner: _, Health: _health, State: _state, HostComputeNamespace: namespace, ...rest } = document;
  const placed = namespace === undefined || namespace === GUID_NULL ? {} : { namespace };
  return keyed({ kind: "hcn-endpoint", owner, id, ...placed, document: rest });
}

const namespaceOf = ({ namespace }: EndpointResource): Pick<EndpointResource, "namespace"> =>
  namespace === undefined ? {} : { namespace };

/** Made again, it gets what HNS chose for it the first time. */
function withChoices(resource: EndpointResource, { document: found }: EndpointResource): EndpointResource {
  const { IpConfigurations, MacAddress } = found;
  const chosen = {
    ...(IpConfigurations === undefined ? {} : { IpConfigurations }),
    ...(MacAddress === undefined ? {} : { MacAddress }),
  };
  return { ...resource, document: { ...chosen, ...resource.document } };
}

/** In words, what of somebody else's endpoint keeps this one from being made. */
function inTheWay(other: HostComputeEndpoint, { id, document }: EndpointResource): readonly string[] {
  if (other.ID === id || other.Owner?.startsWith("cnm:") === true) return [];
  const who = `HNS endpoint ${JSON.stringify(other.Name)} (${other.ID}) of ${other.Owner || "nobody known"}`;
  const theirs = other.IpConfigurations ?? [];
  const address = document.IpConfigurations?.find(({ IpAddress }) =>
    theirs.some((one) => one.IpAddress === IpAddress && other.HostComputeNetwork === document.HostComputeNetwork),
  );
  const taken = mappedPorts(other.Policies);
  const port = mappedPorts(document.Policies).find((one) =>
    taken.some(({ protocol, port, family }) => protocol === one.protocol && port === one.port && family === one.family),
  );
  return [
    ...(address === undefined ? [] : [`${who} has the address ${address.IpAddress}`]),
    ...(port === undefined ? [] : [`${who} has the port ${port.port}/${port.protocol}`]),
  ];
}
