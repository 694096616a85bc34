import type { Logger, Platform, ResolvConf } from "@cnm/core";
import type { HostResolvConf } from "./host-resolv-conf.ts";

/** Nothing tells of a change where there is no file. */
const ASK_EVERY = 30_000;

/** The host's name servers, of systems that keep them in no file: asked for again and again. */
export async function openHostNameservers(
  platform: Pick<Platform, "nameservers">,
  onChange: (conf: ResolvConf) => void,
  logger: Logger,
): Promise<HostResolvConf> {
  const read = async (): Promise<ResolvConf> => ({ servers: await platform.nameservers(), search: [], options: [] });
  let current = await read();
  const timer = setInterval(async () => {
    try {
      const now = await read();
      if (JSON.stringify(now) === JSON.stringify(current)) return;
      current = now;
      onChange(now);
    } catch (error) {
      logger.warn({ err: error }, "the host's name servers cannot be asked for");
    }
  }, ASK_EVERY).unref();
  return {
    get current() {
      return current;
    },
    close: () => clearInterval(timer),
  };
}
