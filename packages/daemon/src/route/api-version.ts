import { CnmError } from "@cnm/core";

/** The minor number of an Engine API version: 41 is 1.41. There has never been another major. */
export type ApiVersion = number;

export const NEWEST_API: ApiVersion = 51;
export const OLDEST_API: ApiVersion = 24;

export const formatApi = (version: ApiVersion): string => `1.${version}`;

/** "/v1.41/networks?x" → version and "/networks?x"; without a version the newest. */
export function splitVersion(url: string): { readonly version: string | undefined; readonly path: string } {
  const match = /^\/v(\d+\.\d+)(\/.*|\?.*|)$/.exec(url);
  if (match === null) return { version: undefined, path: url };
  return {
    version: match[1],
    path: match[2] === undefined || !match[2].startsWith("/") ? `/${match[2] ?? ""}` : match[2],
  };
}

/** @throws CnmError `invalid` in Docker's words for a version that is not spoken here. */
export function readApiVersion(text: string | undefined): ApiVersion {
  if (text === undefined) return NEWEST_API;
  const [major = 0, minor = 0] = text.split(".").map(Number);
  if (major < 1 || (major === 1 && minor < OLDEST_API)) {
    const wanted = `Minimum supported API version is ${formatApi(OLDEST_API)}`;
    const message = `client version ${text} is too old. ${wanted}, please upgrade your client to a newer version`;
    throw new CnmError("invalid", "api-too-old", message);
  }
  if (major > 1 || minor > NEWEST_API) {
    const message = `client version ${text} is too new. Maximum supported API version is ${formatApi(NEWEST_API)}`;
    throw new CnmError("invalid", "api-too-new", message);
  }
  return minor;
}
