import type { SandboxSpec } from "@cnm/core";
import * as v from "valibot";
import { EMPTY_RECORD, type SandboxRecord } from "../records/sandbox-record.ts";
import { maybe, some, text, textMap, texts } from "../route/schemas.ts";

/** What sandboxes have, whether they are made alone or with a program. */
export const sandboxFields = {
  Hostname: maybe(text),
  Domainname: maybe(text),
  Labels: maybe(textMap),
  Sysctls: maybe(textMap),
  Dns: maybe(texts),
  DnsSearch: maybe(texts),
  DnsOptions: maybe(texts),
  ExtraHosts: maybe(texts),
};

export const sandboxBody = v.object({ Name: text, Netns: maybe(text), ...sandboxFields });

const fields = v.object(sandboxFields);
export type SandboxFields = v.InferOutput<typeof fields>;

export function sandboxSpec(name: string, netns: string | null | undefined, body: SandboxFields): SandboxSpec {
  return {
    name,
    ...some("netns", netns),
    ...some("hostname", body.Hostname === "" ? undefined : body.Hostname),
    ...some("labels", body.Labels),
    ...some("sysctls", body.Sysctls),
  };
}

export function sandboxRecord(body: SandboxFields): SandboxRecord {
  return {
    ...EMPTY_RECORD,
    ...some("domainname", body.Domainname === "" ? undefined : body.Domainname),
    dns: body.Dns ?? [],
    dnsSearch: body.DnsSearch ?? [],
    dnsOptions: body.DnsOptions ?? [],
    extraHosts: body.ExtraHosts ?? [],
  };
}
