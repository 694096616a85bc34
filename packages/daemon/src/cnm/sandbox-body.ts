import type { SandboxSpec } from "@cnm/core";
import * as v from "valibot";
import { flag, maybe, some, text, textMap, texts } from "../route/schemas.ts";

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

export const sandboxBody = v.object({ Name: text, Netns: maybe(text), HostNetwork: maybe(flag), ...sandboxFields });

const fields = v.object(sandboxFields);
export type SandboxFields = v.InferOutput<typeof fields>;

/** The controller checks what is in it: names and addresses become lines of files. */
export function sandboxSpec(name: string, netns: string | null | undefined, body: SandboxFields): SandboxSpec {
  return {
    name,
    ...some("netns", netns),
    ...some("hostname", body.Hostname === "" ? undefined : body.Hostname),
    ...some("domainname", body.Domainname === "" ? undefined : body.Domainname),
    dns: {
      ...some("servers", someOf(body.Dns)),
      ...some("search", someOf(body.DnsSearch)),
      ...some("options", someOf(body.DnsOptions)),
    },
    ...some("extraHosts", body.ExtraHosts),
    ...some("labels", body.Labels),
    ...some("sysctls", body.Sysctls),
  };
}

/** None means the host's, as in Docker. */
const someOf = (texts: readonly string[] | null | undefined) =>
  texts === null || texts === undefined || texts.length === 0 ? undefined : texts;
