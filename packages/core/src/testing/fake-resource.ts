import type { Protocol } from "../model/port.ts";
import type { Resource } from "../model/resource.ts";

/** The host objects of a {@link FakeHost}: one of each sort that there is on a real one. */
export type FakeResource =
  | FakeNamespace
  | FakeBridge
  | FakeLink
  | FakeAddress
  | FakeRoute
  | FakePublication
  | FakeFlush
  | FakeSetting
  | FakeBalance;

export interface FakeNamespace extends Resource {
  readonly kind: "namespace";
  readonly path: string;
}

export interface FakeBridge extends Resource {
  readonly kind: "bridge";
  readonly name: string;
}

/** An interface in a namespace, and a port of a bridge. */
export interface FakeLink extends Resource {
  readonly kind: "link";
  readonly namespace: string;
  readonly name: string;
  readonly mac: string;
  readonly bridge: string;
}

export interface FakeAddress extends Resource {
  readonly kind: "address";
  /** "namespace/link", or a bridge. */
  readonly link: string;
  readonly address: string;
}

/** A default route. */
export interface FakeRoute extends Resource {
  readonly kind: "route";
  readonly namespace: string;
  readonly destination: "0.0.0.0/0" | "::/0";
  readonly link: string;
  readonly gateway: string;
}

/** A published port in the firewall's map. */
export interface FakePublication extends Resource {
  readonly kind: "publication";
  readonly protocol: Protocol;
  readonly host: string;
  readonly target: string;
}

/** Ends the connections to a published port. Leaves nothing behind that could be observed. */
export interface FakeFlush extends Resource {
  readonly kind: "flush";
  /** "tcp 0.0.0.0 80" */
  readonly port: string;
}

/** A virtual port in a sandbox, or a port of the host, that leads to tasks. */
export interface FakeBalance extends Resource {
  readonly kind: "balance";
  /** "": the host. */
  readonly namespace: string;
  readonly port: string;
  /** "10.7.0.2:80 weight 1" */
  readonly leadsTo: readonly string[];
}

/** A value that is there before and after us, and shared. */
export interface FakeSetting extends Resource {
  readonly kind: "setting";
  readonly name: string;
  readonly value: string;
  /** What was there before. */
  readonly restore?: string;
}
