/** Something that can attach one endpoint with one published port to a network that exists, and detach it. */
export interface Peer {
  readonly name: string;
  join(): Promise<void>;
  leave(): Promise<void>;
  close(): Promise<void>;
}
