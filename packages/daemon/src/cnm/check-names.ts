import { invalidOptions, readAddress } from "@cnm/core";
import type { SandboxFields } from "./sandbox-body.ts";

/** They become lines of files that programs read. @throws CnmError `invalid` that names every fault */
export function checkNames({ Hostname, Domainname, Dns, DnsSearch, DnsOptions, ExtraHosts }: SandboxFields): void {
  const faults = [
    ...faultsOf("Hostname", Hostname ? [Hostname] : [], (text) => /^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/.test(text)),
    ...faultsOf("Domainname", Domainname ? [Domainname] : [], isWord),
    ...faultsOf("Dns", Dns ?? [], isAddress),
    ...faultsOf("DnsSearch", DnsSearch ?? [], isWord),
    ...faultsOf("DnsOptions", DnsOptions ?? [], isWord),
    ...faultsOf("ExtraHosts", ExtraHosts ?? [], (text) => {
      const [, name = "", address = ""] = /^([^:=]+)[:=](.*)$/.exec(text) ?? [];
      return isWord(name) && isAddress(address);
    }),
  ];
  if (faults.length > 0) throw invalidOptions("sandbox", faults);
}

const isWord = (text: string): boolean => /^[^\s\p{C}#;]+$/u.test(text);
const isAddress = (text: string): boolean => typeof readAddress(text) !== "string";

function faultsOf(field: string, texts: readonly string[], isGood: (text: string) => boolean): readonly string[] {
  const wanted: Readonly<Record<string, string>> = {
    Hostname: "a host name of letters, digits, dots and hyphens, at most 63 characters long",
    Dns: "an address",
    ExtraHosts: "NAME:ADDRESS",
  };
  return texts
    .filter((text) => !isGood(text))
    .map((text) => `${field} ${JSON.stringify(text)} has to be ${wanted[field] ?? "a word"}`);
}
