import { homedir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../errors.ts";

/** Where the daemon listens: a socket or pipe of this machine, or TLS with certificates for both sides. */
export type HostAddress =
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "tls"; readonly host: string; readonly port: number; readonly files: TlsFiles };

export interface TlsFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface HostChoice {
  /** `--host`; without it CNM_HOST, without that the usual place. */
  readonly host?: string | undefined;
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export const DEFAULT_SOCKET = "/run/cnm/cnm.sock";
const DEFAULT_PIPE = "\\\\.\\pipe\\cnm";
const DEFAULT_PORT = 2376;

/** Throws UsageError for what is no address of a daemon. */
export function hostAddress(
  choice: HostChoice,
  env: Readonly<Record<string, string | undefined>>,
  platform: string = process.platform,
): HostAddress {
  const text = choice.host ?? env["CNM_HOST"] ?? "";
  if (text === "") return { kind: "socket", path: platform === "win32" ? DEFAULT_PIPE : DEFAULT_SOCKET };
  const [, scheme, rest = ""] = /^([a-z]+):\/\/(.*)$/s.exec(text) ?? [];
  switch (scheme) {
    case "unix":
      if (rest.startsWith("/")) return { kind: "socket", path: rest };
      throw new UsageError(
        `host ${JSON.stringify(text)}: a socket's path begins with /, as in unix://${DEFAULT_SOCKET}`,
      );
    case "npipe":
      return { kind: "socket", path: rest.replaceAll("/", "\\") };
    case "tcp":
      return tlsAddress(text, rest, choice, env);
    default:
      throw new UsageError(`host ${JSON.stringify(text)} is neither unix://PATH nor npipe://NAME nor tcp://HOST:PORT`);
  }
}

function tlsAddress(
  text: string,
  rest: string,
  choice: HostChoice,
  env: Readonly<Record<string, string | undefined>>,
): HostAddress {
  const match = /^(?:\[([^\]]+)\]|([^:/[\]]+))(?::(\d{1,5}))?\/?$/.exec(rest);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? DEFAULT_PORT);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new UsageError(`host ${JSON.stringify(text)} is not tcp://HOST:PORT; an IPv6 address belongs in brackets`);
  }
  const folder = env["CNM_CERT_PATH"] ?? join(env["HOME"] ?? homedir(), ".cnm");
  const files = {
    ca: choice.ca ?? join(folder, "ca.pem"),
    cert: choice.cert ?? join(folder, "cert.pem"),
    key: choice.key ?? join(folder, "key.pem"),
  };
  return { kind: "tls", host, port, files };
}

/** As it was meant, for messages. */
export const addressText = (address: HostAddress): string =>
  address.kind === "tls" ? `tcp://${address.host}:${address.port}` : address.path;
