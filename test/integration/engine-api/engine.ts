/** A daemon that speaks the Engine API, in namespaces of its own. */
export interface Engine {
  readonly name: "dockerd" | "cnm";
  readonly socket: string;
  /** A container, or a sandbox, whose program sleeps. */
  start(spec: ContainerSpec): Promise<void>;
  /** A network that services can be on. */
  serviceNetwork(name: string, subnet: string): Promise<void>;
  /** Gives a service without tasks so many, and waits until they run. */
  staff(service: string, tasks: number): Promise<void>;
  close(): Promise<void>;
}

export interface ContainerSpec {
  readonly name: string;
  readonly network: string;
  readonly ip?: string;
  readonly aliases?: readonly string[];
  readonly ports?: readonly string[];
  readonly hostname?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export const SLEEP = ["/bin/sleep", "3600"];
