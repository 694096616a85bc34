import type { Platform } from "@cnm/core";
import { openCompartments } from "../compartments/open-compartments.ts";
import type { LibraryPaths } from "../ffi/windows-libraries.ts";
import { guid } from "../hcn/guid.ts";
import { openHcnClient } from "../hcn/open-hcn-client.ts";
import type { WindowsResource } from "../resources/resource.ts";
import { compartmentFinder } from "./compartment-finder.ts";
import { createWindowsPlatform } from "./create-windows-platform.ts";
import { powerShellInspector } from "./hazards/power-shell-inspector.ts";
import { readHostFacts } from "./host-facts.ts";

export interface WindowsPlatformOptions {
  /** For tests: other libraries in the place of Windows' own. */
  readonly libraries?: LibraryPaths & { readonly iphlpapi?: string };
  /** For tests: the program of compartments' threads. */
  readonly compartmentThread?: URL;
}

/**
 * The Windows host: HNS and network compartments of this machine. Needs Windows Server 2019 or later with the feature
 * Containers, and an administrator's rights.
 *
 * @throws CnmError `unsupported` where Windows has no container networking; `unavailable` when the service hns does not run;
 *   `forbidden` to anybody but administrators.
 * @example
 * const cnm = await createController({ platform: await windowsPlatform(), store: await openStore("C:\\ProgramData\\cnm") });
 */
export async function windowsPlatform(options: WindowsPlatformOptions = {}): Promise<Platform<WindowsResource>> {
  const { libraries = {}, compartmentThread } = options;
  const { iphlpapi } = libraries;
  const client = await openHcnClient({ libraries });
  try {
    const facts = await readHostFacts();
    const compartments = openCompartments({
      compartmentOf: compartmentFinder((path) => client.namespaces.get(guid(path))),
      ...(iphlpapi === undefined ? {} : { iphlpapi }),
      ...(compartmentThread === undefined ? {} : { threadFile: compartmentThread }),
    });
    return createWindowsPlatform({ client, compartments, facts, inspector: powerShellInspector() });
  } catch (error) {
    await client.close();
    throw error;
  }
}
