import type { HcnClient } from "../hcn/hcn-client.ts";
import type { Pause } from "./insist.ts";
import type { MappedPort, WindowsResource, WindowsResourceKind } from "./resource.ts";

/** Takes a step back. */
export type Undo = () => Promise<void>;

/** Makes, removes and reads back one kind of objects. It holds no state about the host: HNS is asked. */
export interface ObjectHandler<R extends WindowsResource = WindowsResource> {
  readonly kind: R["kind"];
  /** All or nothing. What is there as asked is no error, and is left by the undo. */
  make(resource: R): Promise<Undo>;
  /** What is gone is no error. */
  drop(resource: R): Promise<Undo>;
  /** In place where HNS can, else made anew. */
  change(from: R, to: R): Promise<Undo>;
  /** All objects that are marked as cnm's, and those of these ids. */
  observe(known: ReadonlyMap<string, WindowsResource>): Promise<readonly R[]>;
}

export interface HandlerParts {
  /** Does not wait for ever: see {@link patientHcn}. */
  readonly client: HcnClient;
  /** The same one, waiting as long as it takes. */
  readonly forever: HcnClient;
  readonly pause: Pause;
  readonly ports: PortLender;
  /** Work that nobody waits for: what HNS does after all, once it has been given up, is taken back. */
  readonly late: (work: () => Promise<void>) => void;
}

/** Ports that HNS takes itself: a socket that keeps one gives it up for as long as an endpoint has it. */
export interface PortLender {
  lend(ports: readonly MappedPort[]): Promise<void>;
  takeBack(ports: readonly MappedPort[]): Promise<void>;
}

export type HandlerOf<K extends WindowsResourceKind> = ObjectHandler<Extract<WindowsResource, { readonly kind: K }>>;

export const nothingToUndo: Undo = async () => undefined;
