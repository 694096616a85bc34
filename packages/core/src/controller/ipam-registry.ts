import type { IpamCapabilities, IpamDriver } from "../contracts/ipam-driver.ts";
import { CnmError } from "../errors/cnm-error.ts";

/** The IPAM drivers by name. What they can do is asked once. */
export class IpamRegistry {
  readonly #drivers: ReadonlyMap<string, IpamDriver>;
  readonly #capabilities = new Map<string, IpamCapabilities>();

  constructor(drivers: readonly IpamDriver[]) {
    this.#drivers = new Map(drivers.map((driver) => [driver.name, driver]));
  }

  names(): readonly string[] {
    return [...this.#drivers.keys()];
  }

  find(name: string): IpamDriver | undefined {
    return this.#drivers.get(name);
  }

  get(name: string): IpamDriver {
    const driver = this.#drivers.get(name);
    if (driver !== undefined) return driver;
    const message = `there is no IPAM driver ${JSON.stringify(name)}; there are ${this.names().join(", ")}`;
    throw new CnmError("not-found", "no-such-ipam-driver", message);
  }

  async capabilities(driver: IpamDriver): Promise<IpamCapabilities> {
    const known = this.#capabilities.get(driver.name);
    if (known !== undefined) return known;
    const capabilities = await driver.capabilities();
    this.#capabilities.set(driver.name, capabilities);
    return capabilities;
  }
}
