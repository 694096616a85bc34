import { formatOwner, type HeldPort, HOST_OWNER } from "@cnm/core";
import type { HandlerChange, HandlerScope, ResourceHandler } from "../resources/handler.ts";
import type { PortResource } from "../resources/resource.ts";
import { keyed } from "../resources/resource-key.ts";
import type { LinuxPortHolder } from "./port-holder.ts";

/**
 * Ports of plans. Choosing a port holds it already; the plan's resource holds it once more, so that it stays taken as long as
 * either of the two needs it.
 */
export function portHandler(holder: LinuxPortHolder): ResourceHandler<PortResource> {
  const planned = new Map<string, PortResource>();

  return {
    kinds: ["port"],

    async apply({ remove, add }: HandlerChange<PortResource>): Promise<void> {
      const taken: PortResource[] = [];
      try {
        for (const resource of add) {
          if (planned.has(resource.key)) continue;
          await holder.hold(heldPort(resource));
          planned.set(resource.key, resource);
          taken.push(resource);
        }
      } catch (error) {
        for (const resource of taken) await give(resource);
        throw error;
      }
      const kept = new Set(add.map(({ key }) => key));
      for (const resource of remove) if (!kept.has(resource.key)) await give(resource);
    },

    async observe({ owners, wanted }: HandlerScope<PortResource>): Promise<readonly PortResource[]> {
      const held = new Map(
        holder.held().map((port) => [keyed({ kind: "port", owner: HOST_OWNER, ...port }).key, port]),
      );
      const found = [...planned.values()].filter(({ key }) => held.has(key));
      const others = wanted.filter(({ key }) => held.has(key) && !planned.has(key));
      return [...found, ...others].filter(({ owner }) => owners === undefined || owners.has(formatOwner(owner)));
    },

    close: async () => planned.clear(),
  };

  async function give(resource: PortResource): Promise<void> {
    if (planned.delete(resource.key)) await holder.release(heldPort(resource));
  }
}

const heldPort = ({ protocol, address, port }: PortResource): HeldPort => ({ protocol, address, port });
