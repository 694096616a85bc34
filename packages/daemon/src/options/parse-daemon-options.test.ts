import { describe, expect, it } from "vitest";
import type { DaemonOptions } from "./daemon-options.ts";
import { parseDaemonOptions } from "./parse-daemon-options.ts";

const faultsOf = (options: DaemonOptions): unknown => {
  try {
    return parseDaemonOptions(options);
  } catch (error) {
    return (error as { faults: readonly string[] }).faults;
  }
};

describe("parseDaemonOptions", () => {
  it("has a default for everything", () => {
    expect(parseDaemonOptions({})).toEqual({
      socket: "/run/cnm/cnm.sock",
      state: "/var/lib/cnm",
      run: "/run/cnm",
      firewall: "auto",
      resolvConf: "/etc/resolv.conf",
      logLevel: "info",
    });
  });

  it("reads addresses with ports, IPv6 in brackets", () => {
    const tls = { tlsCa: "/ca", tlsCert: "/cert", tlsKey: "/key" };
    expect(parseDaemonOptions({ tcp: "[::1]:2376", metrics: "localhost:0", ...tls })).toMatchObject({
      tcp: { host: "::1", port: 2376, ca: "/ca", cert: "/cert", key: "/key" },
      metrics: { host: "localhost", port: 0 },
    });
  });

  it("refuses TCP without certificates, and certificates without TCP", () => {
    expect(faultsOf({ tcp: "0.0.0.0:2376", tlsCert: "/cert" })).toEqual([
      "tcp needs certificates for both sides: tls-ca, tls-key missing",
    ]);
    expect(faultsOf({ tlsKey: "/key" })).toEqual(["tls-key without tcp"]);
  });

  it("tells every fault at once", () => {
    const given = { firewall: "ufw", logLevel: "loud", colour: "red" } as unknown as DaemonOptions;
    expect(faultsOf(given)).toEqual([
      "firewall has to be auto, nftables, iptables or none",
      "logLevel has to be debug, info, warn, error or silent",
      "colour is no option",
    ]);
    expect(faultsOf({ tcp: "::1:5", metrics: "host:99999" })).toHaveLength(3);
  });
});
