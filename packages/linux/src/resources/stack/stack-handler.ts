import type { ResourceHandler } from "../handler.ts";
import { applyStack } from "./apply-stack.ts";
import { observeStack } from "./observe-stack.ts";
import type { StackResource } from "./stack-change.ts";
import type { StackContext } from "./stack-context.ts";
import { stackDifference } from "./stack-difference.ts";

/** Namespaces, links, addresses, routes and sysctls: network stacks, the host's and those of sandboxes. */
export function stackHandler(context: StackContext, pinFolder: string): ResourceHandler<StackResource> {
  return {
    kinds: ["netns", "link", "address", "route", "sysctl"],
    apply: (change) => applyStack(context, change),
    observe: (scope) => observeStack(context, pinFolder, scope),
    difference: stackDifference,
    close: () => context.remover.close(),
  };
}
