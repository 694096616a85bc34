import { describe, expect, it } from "vitest";
import { FakeWindows } from "../testing/fake-windows.ts";

const LAN = { name: "lan", driver: "l2bridge", ipam: { driver: "default", subnets: ["10.7.0.0/24"] } };
const WEB = { name: "web", networks: ["lan"], ports: [{ published: 8080, target: 80 }] };

async function withTwoTasks(windows: FakeWindows) {
  const { controller, platform } = await windows.open();
  await controller.createNetwork(LAN);
  const web = await controller.createService(WEB);
  const tasks = [];
  for (const name of ["a", "b"]) {
    const box = await controller.createSandbox({ name });
    tasks.push(await box.join("lan", { service: "web" }));
  }
  return { controller, platform, web, tasks };
}

describe("services on Windows", () => {
  it("a virtual IP and a port of the host lead to the tasks, come and go with them, and leave nothing", async () => {
    const windows = new FakeWindows();
    const { controller, web, tasks } = await withTwoTasks(windows);
    const { networks, balancer } = await web.info();
    const vip = networks[0]?.vips[0]?.address.split("/")[0];
    expect(balancer).toBe("hcn");
    const documents = async () =>
      (await windows.hcn.loadBalancers.list()).map(({ FrontendVIPs = [], HostComputeEndpoints, PortMappings }) => ({
        vips: FrontendVIPs,
        backends: HostComputeEndpoints.length,
        ports: PortMappings?.map(({ ExternalPort, InternalPort }) => [ExternalPort, InternalPort]),
      }));
    const both = { backends: 2, ports: [[8080, 80]] };
    expect((await documents()).toSorted((a, b) => a.vips.length - b.vips.length)).toEqual([
      { vips: [], ...both },
      { vips: [vip], ...both },
    ]);
    expect([...windows.sockets]).toEqual(["tcp 0.0.0.0 8080"]);
    expect(await controller.doctor()).toEqual([]);

    await tasks[0]?.leave();
    expect((await documents()).map(({ backends }) => backends)).toEqual([1, 1]);
    await tasks[1]?.leave({ drain: false });
    expect(await documents()).toEqual([]);
    expect(await controller.doctor()).toEqual([]);
    await web.remove();
    for (const box of await controller.sandboxes()) await box.remove();
    await (await controller.network("lan")).remove();
    expect(await windows.snapshot()).toEqual(await new FakeWindows().snapshot());
    await controller.close();
  });

  it("comes back after a start, and is mended after a strange hand", async () => {
    const windows = new FakeWindows();
    const { controller } = await withTwoTasks(windows);
    const before = await windows.snapshot();
    await controller.close();
    const again = await windows.open();
    expect(await again.controller.doctor()).toEqual([]);
    const [first, second] = await windows.hcn.loadBalancers.list();
    if (first === undefined || second === undefined) throw new Error("two load balancers were due");
    await windows.hcn.loadBalancers.delete(first.ID);
    const [kept = first.ID] = second.HostComputeEndpoints;
    await windows.hcn.loadBalancers.modify(second.ID, { ...second, HostComputeEndpoints: [kept] });
    const found = await again.controller.doctor();
    expect(found.map(({ type, object }) => `${type} ${object}`).toSorted()).toEqual([
      "changed hcn-loadbalancer",
      "missing hcn-loadbalancer",
    ]);
    await again.controller.repair();
    const sorted = ({ loadBalancers, ...rest }: typeof before) => ({
      ...rest,
      loadBalancers: (loadBalancers as readonly { readonly ID: string }[]).toSorted((a, b) => (a.ID < b.ID ? -1 : 1)),
    });
    expect(sorted(await windows.snapshot())).toEqual(sorted(before));
    await again.controller.close();
  });

  it("is made anew where HNS cannot change it", async () => {
    const windows = new FakeWindows({ version: { Major: 11, Minor: 10 } });
    const { controller, tasks } = await withTwoTasks(windows);
    expect((await windows.hcn.loadBalancers.list()).map((one) => one.HostComputeEndpoints.length)).toEqual([2, 2]);
    await tasks[0]?.leave();
    expect((await windows.hcn.loadBalancers.list()).map((one) => one.HostComputeEndpoints.length)).toEqual([1, 1]);
    expect(await controller.doctor()).toEqual([]);
    await controller.close();
  });

  it("says what HNS cannot do, and has names for tasks all the same", async () => {
    const windows = new FakeWindows();
    const { controller } = await windows.open();
    await controller.createNetwork(LAN);
    await controller.createNetwork({ name: "nat", ipam: { subnets: ["10.8.0.0/24"] } });
    await expect(controller.createService({ ...WEB, scheduler: "lc" })).rejects.toThrow(/hcn: scheduler lc: /);
    await expect(controller.createService({ ...WEB, networks: ["nat"] })).rejects.toThrow(/network nat: .*dnsrr/);
    expect(await controller.services()).toEqual([]);
    const ports = [{ target: 80, mode: "host" }] as const;
    const web = await controller.createService({ name: "web", networks: ["nat"], endpointMode: "dnsrr", ports });
    const box = await controller.createSandbox({ name: "a" });
    await box.join("nat", { service: "web" });
    expect(await windows.hcn.loadBalancers.list()).toEqual([]);
    expect((await web.tasks()).length).toBe(1);
    expect(await controller.doctor()).toEqual([]);
    await controller.close();
  });
});
