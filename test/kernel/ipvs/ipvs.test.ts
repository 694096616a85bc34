import { afterAll, expect, it } from "vitest";
import { enterFreshHost, run } from "../../support/host.ts";
import { kernelFeatures } from "../../support/kernel-features.ts";

const host = enterFreshHost();
afterAll(() => host.close());

it("the probe's word for IPVS is true: ipvsadm balances here", async () => {
  expect((await kernelFeatures())["ipvs"]).toEqual({ available: true });
  const server = "192.0.2.1:80";
  run("ipvsadm", ["--add-service", "--tcp-service", server, "--scheduler", "rr"]);
  run("ipvsadm", ["--add-server", "--tcp-service", server, "--real-server", "10.7.0.2:8080", "--masquerading"]);
  expect(run("ipvsadm", ["--save", "--numeric"]).trim().split("\n")).toEqual([
    "-A -t 192.0.2.1:80 -s rr",
    "-a -t 192.0.2.1:80 -r 10.7.0.2:8080 -m -w 1",
  ]);
});
