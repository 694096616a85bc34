import type { HandlerChange, ResourceHandler } from "../handler.ts";
import { applyStack } from "./apply-stack.ts";
import { Expectations } from "./expectations.ts";
import { observeStack } from "./observe-stack.ts";
import type { StackResource } from "./stack-change.ts";
import type { StackContext } from "./stack-context.ts";
import { stackDifference } from "./stack-difference.ts";
import { type OpenStackMonitor, type StackWatch, watchStack } from "./watch-stack.ts";

/** Namespaces, links, addresses, routes and sysctls: network stacks, the host's and those of sandboxes. */
export function stackHandler(
  context: StackContext,
  pinFolder: string,
  openMonitor: OpenStackMonitor,
): ResourceHandler<StackResource> {
  const expectations = new Expectations();
  const watches = new Set<StackWatch>();

  return {
    kinds: ["netns", "parent", "link", "address", "route", "sysctl"],

    async apply(change: HandlerChange<StackResource>): Promise<void> {
      const begun = expectations.begin(change);
      try {
        await applyStack(context, change);
      } catch (error) {
        begun.failed();
        throw error;
      }
      for (const watch of watches) await watch.follow(change);
      begun.done();
      for (const watch of watches) watch.resume();
    },

    async observe(scope) {
      const before = expectations.all();
      const found = await observeStack(context, pinFolder, scope);
      if (scope.owners === undefined && scope.wanted.length > 0) {
        const wanted = new Set(scope.wanted.map(({ key }) => key));
        for (const one of before) if (!wanted.has(one.resource.key)) expectations.drop(one);
        const there = new Map(found.map((resource) => [resource.key, resource]));
        for (const resource of scope.wanted) {
          const one = there.get(resource.key);
          if (one !== undefined && stackDifference(resource, one) === undefined) expectations.seen(resource);
        }
      }
      return found;
    },

    difference: stackDifference,

    watch(onDrift) {
      const watch = watchStack(context, expectations, openMonitor, onDrift);
      watches.add(watch);
      return {
        [Symbol.dispose]() {
          watches.delete(watch);
          watch[Symbol.dispose]();
        },
      };
    },

    async close() {
      for (const watch of watches) watch[Symbol.dispose]();
      watches.clear();
      await context.remover.close();
    },
  };
}
