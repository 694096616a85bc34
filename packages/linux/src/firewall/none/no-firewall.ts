import type { Firewall } from "../firewall.ts";

/** Networks without rules: no isolation, no translation, no published ports beyond what this process forwards itself. */
export const noFirewall: Firewall = {
  name: "none",
  planNetwork: () => [],
  planEndpoint: () => [],
  planPort: () => [],
};
