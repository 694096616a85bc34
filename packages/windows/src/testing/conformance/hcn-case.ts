import type { HcnClient } from "../../hcn/hcn-client.ts";

/** A case with a client whose HNS has nothing in it. */
export type HcnCase = (name: string, body: (client: HcnClient) => Promise<void>) => unknown;
