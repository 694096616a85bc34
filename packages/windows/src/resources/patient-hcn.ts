import { CnmError } from "@cnm/core";
import type { HcnClient } from "../hcn/hcn-client.ts";

/** An external virtual switch takes many seconds; more than this means that HNS hangs. */
const LONGEST_CALL = 60_000;

/** Calls back unless it is called off before. */
export type StartLimit = (expire: () => void) => () => void;

const KINDS = {
  networks: "network",
  endpoints: "endpoint",
  namespaces: "namespace",
  loadBalancers: "load balancer",
  routes: "route",
} as const;

const DOING: Readonly<Record<string, string>> = {
  list: "listing",
  get: "reading",
  create: "making",
  modify: "changing",
  delete: "removing",
};

/**
 * A client that HNS cannot keep waiting for ever. When the limit expires, the waiting ends, and not the call: whoever waited
 * has to expect that it is carried out after all.
 *
 * Its calls throw CnmError `unavailable` "hns-silent" naming what was asked.
 */
export function patientHcn(client: HcnClient, startLimit: StartLimit = afterLongestCall): HcnClient {
  const limited = <T extends object>(noun: string, objects: T): T => {
    const methods = Object.entries(objects).map(([name, method]) => [
      name,
      (first: unknown, ...more: readonly unknown[]) =>
        answered(`${DOING[name] ?? name} ${noun} ${subjectOf(first)}`.trim(), startLimit, (options) => {
          const given = name === "modify" ? [first, more[0]] : [first];
          return method(...given, options);
        }),
    ]);
    return Object.fromEntries(methods);
  };
  return {
    ...client,
    networks: limited(KINDS.networks, client.networks),
    endpoints: limited(KINDS.endpoints, client.endpoints),
    namespaces: limited(KINDS.namespaces, client.namespaces),
    loadBalancers: limited(KINDS.loadBalancers, client.loadBalancers),
    routes: limited(KINDS.routes, client.routes),
    endpointStatistics: (id) =>
      answered(`counting for endpoint ${id}`, startLimit, (options) => client.endpointStatistics(id, options)),
  };
}

async function answered<T>(
  what: string,
  startLimit: StartLimit,
  call: (options: { readonly signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const callOff = startLimit(() => limit.abort());
  try {
    return await call({ signal: limit.signal });
  } catch (error) {
    if (!limit.signal.aborted) throw error;
    const message = `${what}: HNS does not answer; if it stays so, restart the service hns`;
    throw new CnmError("unavailable", "hns-silent", message, { cause: error });
  } finally {
    callOff();
  }
}

export const isSilence = (error: unknown): boolean => error instanceof CnmError && error.code === "hns-silent";

function afterLongestCall(expire: () => void): () => void {
  const timer = setTimeout(expire, LONGEST_CALL);
  return () => clearTimeout(timer);
}

/** An id, or the one in a document. */
function subjectOf(given: unknown): string {
  if (typeof given === "string") return given;
  if (typeof given === "object" && given !== null && "ID" in given && typeof given.ID === "string") return given.ID;
  return "";
}
