import type * as v from "valibot";
import { type HostComputeEndpoint, hostComputeEndpoint } from "../endpoint.ts";
import { type HostComputeLoadBalancer, hostComputeLoadBalancer } from "../load-balancer.ts";
import { endpointModify, namespaceModify, networkModify } from "../modify.ts";
import { type HostComputeNamespace, hostComputeNamespace } from "../namespace.ts";
import { type HostComputeNetwork, hostComputeNetwork } from "../network.ts";
import { type HostComputeRoute, hostComputeRoute } from "../route.ts";

/** One kind of object: its documents, and its functions. */
export interface Kind<Document> {
  /** For people. */
  readonly noun: string;
  readonly schema: v.GenericSchema<unknown, Document>;
  /** Of requests; absent: the whole document is sent. */
  readonly modifySchema?: v.GenericSchema;
  readonly functions: Functions;
  /** HNS itself finds those of a network. */
  readonly filtersByNetwork?: boolean;
  /** Fields that HNS, or another of its clients, calls otherwise: that name → the schema's. */
  readonly aliases?: Readonly<Record<string, string>>;
}

type Names<Noun extends string> = {
  readonly enumerate: `HcnEnumerate${Noun}s`;
  readonly create: `HcnCreate${Noun}`;
  readonly open: `HcnOpen${Noun}`;
  readonly modify: `HcnModify${Noun}`;
  readonly query: `HcnQuery${Noun}Properties`;
  readonly delete: `HcnDelete${Noun}`;
  readonly close: `HcnClose${Noun}`;
};

type Functions = Names<"Network"> | Names<"Endpoint"> | Names<"Namespace"> | Names<"LoadBalancer"> | Names<"SdnRoute">;

const functions = <const Noun extends string>(noun: Noun): Names<Noun> => ({
  enumerate: `HcnEnumerate${noun}s`,
  create: `HcnCreate${noun}`,
  open: `HcnOpen${noun}`,
  modify: `HcnModify${noun}`,
  query: `HcnQuery${noun}Properties`,
  delete: `HcnDelete${noun}`,
  close: `HcnClose${noun}`,
});

export const NETWORK: Kind<HostComputeNetwork> = {
  noun: "network",
  schema: hostComputeNetwork,
  modifySchema: networkModify,
  functions: functions("Network"),
};

export const ENDPOINT: Kind<HostComputeEndpoint> = {
  noun: "endpoint",
  schema: hostComputeEndpoint,
  modifySchema: endpointModify,
  functions: functions("Endpoint"),
  filtersByNetwork: true,
};

export const NAMESPACE: Kind<HostComputeNamespace> = {
  noun: "namespace",
  schema: hostComputeNamespace,
  modifySchema: namespaceModify,
  functions: functions("Namespace"),
};

export const LOAD_BALANCER: Kind<HostComputeLoadBalancer> = {
  noun: "load balancer",
  schema: hostComputeLoadBalancer,
  functions: functions("LoadBalancer"),
};

export const ROUTE: Kind<HostComputeRoute> = {
  noun: "route",
  schema: hostComputeRoute,
  functions: functions("SdnRoute"),
  // Microsoft's Go client writes it so, its schema the other way.
  aliases: { Setting: "Routes" },
};
