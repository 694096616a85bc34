import { isDeepStrictEqual } from "node:util";
import type { RequestType } from "../../hcn/modify.ts";

interface Policy {
  readonly Type: string;
}

/** The policies after a modify request; undefined when one that is to be removed is not there as it is described. */
export function changePolicies<P extends Policy>(
  present: readonly P[],
  request: RequestType,
  given: readonly P[],
): readonly P[] | undefined {
  switch (request) {
    case "Add":
      return [...present, ...given];
    case "Remove":
      return remove(present, given);
    case "Update": {
      const types = new Set(given.map(({ Type }) => Type));
      return [...present.filter(({ Type }) => !types.has(Type)), ...given];
    }
    case "Refresh":
      return present;
  }
}

function remove<P extends Policy>(present: readonly P[], given: readonly P[]): readonly P[] | undefined {
  const left = [...present];
  for (const policy of given) {
    const at = left.findIndex((other) => isDeepStrictEqual(other, policy));
    if (at < 0) return undefined;
    left.splice(at, 1);
  }
  return left;
}
