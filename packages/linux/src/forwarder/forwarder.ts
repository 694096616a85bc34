/** Carries the traffic of one port until it is closed; connections that are going then are cut. */
export interface Forwarder {
  close(): Promise<void>;
}
