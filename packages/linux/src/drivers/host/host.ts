import type { PlanningDriver } from "@cnm/core";
import type { LinuxResource } from "../../resources/resource.ts";
import { placeholderDriver } from "../placeholder-driver.ts";

/** The one network of sandboxes that share the host's own stack. */
export function hostDriver(): PlanningDriver<LinuxResource> {
  return placeholderDriver("host", {
    interfacePrefix: "host",
    hostStack: true,
    portReason: "a program on the host network opens the host's ports itself",
  });
}
