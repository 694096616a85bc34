import type { Platform } from "@cnm/core";

/** The platform of this system. */
export async function openPlatform(): Promise<Platform> {
  if (process.platform === "win32") {
    const { windowsPlatform } = await import("@cnm/windows");
    // Under Wine, an emulator stands in for Windows' own libraries.
    const libraries = JSON.parse(process.env["CNM_EXAMPLE_LIBRARIES"] ?? "{}");
    return await windowsPlatform({ libraries });
  }
  const { linuxPlatform } = await import("@cnm/linux");
  return await linuxPlatform();
}
