import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Namespace } from "@cnm/linux";

const execute = promisify(execFile);

/** What a program writes, started inside the namespace and not waited for there. */
export async function output(program: string, args: readonly string[], namespace: Namespace): Promise<string> {
  let running: Promise<{ readonly stdout: string }> | undefined;
  namespace.enter(() => {
    running = execute(program, args, { maxBuffer: 64 << 20 });
  });
  return (await running)?.stdout ?? "";
}

export interface LinkRow {
  readonly ifname: string;
  readonly operstate: string;
  readonly flags: readonly string[];
  readonly master?: string;
  readonly address?: string;
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number; readonly scope: string }[];
}

export interface RouteRow {
  readonly dst: string;
  readonly gateway?: string;
  readonly dev: string;
}

/** Links with their addresses. */
export const linkRows = (namespace: Namespace): Promise<readonly LinkRow[]> => rows(["address"], namespace);

export const routeRows = (family: 4 | 6, namespace: Namespace): Promise<readonly RouteRow[]> =>
  rows([`-${family}`, "route", "show", "table", "main"], namespace);

async function rows<T extends object>(args: readonly string[], namespace: Namespace): Promise<readonly T[]> {
  const text = await output("ip", ["-j", ...args], namespace);
  return text.trim() === "" ? [] : (JSON.parse(text) as T[]).filter((row) => Object.keys(row).length > 0);
}

/** "name address/length" of each global address. */
export const globalAddresses = (links: readonly LinkRow[]): readonly string[] =>
  links.flatMap(({ ifname, addr_info }) =>
    addr_info
      .filter(({ scope }) => scope === "global")
      .map(({ local, prefixlen }) => `${ifname} ${local}/${prefixlen}`),
  );
