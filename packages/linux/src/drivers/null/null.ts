import type { PlanningDriver } from "@cnm/core";
import type { LinuxResource } from "../../resources/resource.ts";
import { placeholderDriver } from "../placeholder-driver.ts";

/** The one network of sandboxes that have nothing but their loopback. */
export function nullDriver(): PlanningDriver<LinuxResource> {
  return placeholderDriver("null", {
    interfacePrefix: "none",
    portReason: "a sandbox on the null network has no way in",
  });
}
