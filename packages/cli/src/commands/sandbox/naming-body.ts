import type { JsonObject } from "../../api/json.ts";
import { given, type Input } from "../../program/input.ts";

/** What `sandbox create` and `run` have in common. */
export const namingBody = (input: Input): JsonObject =>
  given({
    Hostname: input.text("hostname"),
    Domainname: input.text("domainname"),
    Labels: input.pairs("label"),
    Sysctls: input.pairs("sysctl"),
    Dns: input.list("dns"),
    DnsSearch: input.list("dns-search"),
    DnsOptions: input.texts("dns-option"),
    ExtraHosts: input.texts("add-host"),
  });
