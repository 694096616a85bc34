import type { StoreEntry } from "../contracts/store.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Network } from "../model/network.ts";
import type { Resource } from "../model/resource.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { Service } from "../model/service.ts";

/** Records as this version writes them. @throws CnmError `unsupported` "unknown-schema" for those of a later one. */
export const readNetwork = (entry: StoreEntry): Network => readSchema1(entry);
export const readSandbox = (entry: StoreEntry): Sandbox => readSchema1(entry);
export const readEndpoint = (entry: StoreEntry): Endpoint => readSchema1(entry);
export const readService = (entry: StoreEntry): Service => readSchema1(entry);

export function readShared({ key, value }: StoreEntry): Resource {
  if (isObject(value) && typeof value["kind"] === "string" && typeof value["key"] === "string") {
    return value as unknown as Resource;
  }
  throw new CnmError("internal", "bad-record", `record ${key} is no resource`);
}

function readSchema1<T>({ key, value }: StoreEntry): T {
  if (isObject(value) && value["schema"] === 1) return value as T;
  throw new CnmError("unsupported", "unknown-schema", `record ${key} is of a schema that this version does not know`);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
