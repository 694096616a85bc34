import { describe, expect, it } from "vitest";
import { guid, guidOf } from "../hcn/guid.ts";
import { FakeWindows } from "../testing/fake-windows.ts";

const NAT = { name: "web", ipam: { subnets: ["10.7.0.0/24"] } };

describe("the controller on Windows", () => {
  it("network, sandbox, join, published port, list, leave, delete", async () => {
    const windows = new FakeWindows();
    const { controller, platform } = await windows.open();
    const web = await controller.createNetwork(NAT);
    expect((await web.info()).driver).toBe("nat");
    const box = await controller.createSandbox({ name: "web1" });
    const endpoint = await box.join(web, { ports: ["8080:80/tcp"] });

    const [network] = await windows.hcn.networks.list();
    expect(network).toMatchObject({ Type: "NAT", Name: "web", Owner: `cnm:network:${web.id}` });
    const [document] = await windows.hcn.endpoints.list();
    const { addresses, macAddress, ports } = await endpoint.info();
    expect(document).toMatchObject({
      HostComputeNetwork: network?.ID,
      HostComputeNamespace: (await box.info()).namespace.path,
      Owner: `cnm:endpoint:${endpoint.id}`,
    });
    expect(addresses).toEqual([expect.objectContaining({ address: expect.stringMatching(/^10\.7\.0\.[2-9]\/24$/) })]);
    expect(document?.IpConfigurations?.[0]?.IpAddress).toBe(addresses[0]?.address.split("/")[0]);
    expect(document?.MacAddress).toBe(macAddress.toUpperCase().replaceAll(":", "-"));
    expect(ports).toEqual([{ protocol: "tcp", hostAddress: "0.0.0.0", hostPort: 8080, targetPort: 80 }]);
    expect(await platform.interfaceNames((await box.info()).namespace.path)).toEqual(["Ethernet0"]);
    expect(await controller.statistics(box)).toMatchObject([{ interfaceName: "Ethernet0", rxBytes: 0 }]);
    expect(await controller.doctor()).toEqual([]);
    // WinNAT takes the port itself: a socket of ours would be in its way.
    expect(windows.sockets).toEqual(new Set());

    await endpoint.leave();
    await box.remove();
    await web.remove();
    expect(await windows.snapshot()).toEqual(await new FakeWindows().snapshot());
    await controller.close();
  });

  it("reads back what HNS chooses: subnet, gateway, address, MAC", async () => {
    const windows = new FakeWindows();
    const { controller } = await windows.open();
    const options = { "com.docker.network.windowsshim.macpool": "00-15-5D-0A-00-00,00-15-5D-0A-FF-FF" };
    const web = await controller.createNetwork({ name: "web", options });
    const { ipam } = await web.info();
    expect(ipam.pools).toEqual([
      { family: 4, poolId: "windows/172.16.0.0/20", subnet: "172.16.0.0/20", gateway: "172.16.0.1", auxAddresses: {} },
    ]);
    const box = await controller.createSandbox({ name: "box" });
    const info = await (await box.join(web)).info();
    expect(info.addresses[0]?.address).toMatch(/^172\.16\.0\.\d+\/20$/);
    const [document] = await windows.hcn.endpoints.list();
    expect(info.macAddress).toBe(document?.MacAddress?.toLowerCase().replaceAll("-", ":"));
    const chosen = await (await controller.createSandbox({ name: "other" })).join(web, { addresses: ["172.16.3.3"] });
    expect((await chosen.info()).addresses[0]?.address).toBe("172.16.3.3/20");
    await controller.close();

    const again = await windows.open();
    expect(await again.controller.doctor()).toEqual([]);
    const [kept] = await (await again.controller.network("web")).endpoints();
    expect(await kept?.info()).toEqual(info);
    await again.controller.close();
  });

  it("makes NAT networks again that a reboot took, with the same addresses", async () => {
    const windows = new FakeWindows();
    const { controller } = await windows.open();
    const web = await controller.createNetwork({ name: "web" });
    const box = await controller.createSandbox({ name: "box" });
    const before = await (await box.join(web, { ports: ["8080:80"] })).info();
    await controller.close();
    windows.hcn.restart();
    expect(await windows.hcn.endpoints.list()).toEqual([]);

    const again = await windows.open();
    const [endpoint] = await windows.hcn.endpoints.list();
    expect(endpoint?.IpConfigurations?.[0]?.IpAddress).toBe(before.addresses[0]?.address.split("/")[0]);
    expect(endpoint?.HostComputeNamespace).toBeDefined();
    expect(await again.controller.doctor()).toEqual([]);
    await again.controller.close();
  });

  it("keeps ports by sockets where VFP maps them", async () => {
    const windows = new FakeWindows();
    const { controller } = await windows.open();
    const lan = await controller.createNetwork({ ...NAT, name: "lan", driver: "l2bridge" });
    const endpoint = await (await controller.createSandbox({ name: "box" })).join(lan, {
      ports: ["8080:80", "81/udp"],
    });
    expect([...windows.sockets]).toEqual(["tcp 0.0.0.0 8080", "udp 0.0.0.0 60000"]);
    await endpoint.leave();
    expect(windows.sockets).toEqual(new Set());
    await controller.close();
  });

  it("names who has a name, an address or a port in HNS", async () => {
    const windows = new FakeWindows();
    const foreign = await windows.hcn.networks.create({ Name: "web", Type: "Internal", Owner: "docker" });
    const { controller } = await windows.open();
    await expect(controller.createNetwork(NAT)).rejects.toThrow(
      `HNS has network "web" (${foreign.ID}) of docker in the way: it has the same name`,
    );
    const name = { "com.docker.network.windowsshim.networkname": "cnm web" };
    const web = await controller.createNetwork({ ...NAT, options: name });
    const [network] = await windows.hcn.networks.list({ name: "cnm web" });
    await windows.hcn.endpoints.create({
      Name: "theirs",
      Owner: "docker",
      HostComputeNetwork: network?.ID ?? guid(""),
      IpConfigurations: [{ IpAddress: "10.7.0.9", PrefixLength: 24 }],
      Policies: [{ Type: "PortMapping", Settings: { Protocol: 6, InternalPort: 80, ExternalPort: 8080 } }],
    });
    const box = await controller.createSandbox({ name: "box" });
    await expect(box.join(web, { addresses: ["10.7.0.9"] })).rejects.toThrow(/"theirs" .* has the address 10\.7\.0\.9/);
    await expect(box.join(web, { ports: ["8080:80"] })).rejects.toThrow(/8080.*"theirs" of docker/);
    expect(await web.endpoints()).toEqual([]);
    await controller.close();
  });

  it("waits for what HNS is still deleting", async () => {
    const windows = new FakeWindows();
    const { controller } = await windows.open();
    windows.hcn.failNext("HcnCreateNetwork", 0x803b0010);
    windows.hcn.failNext("HcnCreateNetwork", 0x80070034);
    const web = await controller.createNetwork(NAT);
    expect(windows.pauses).toEqual([100, 200]);
    windows.hcn.failNext("HcnCreateEndpoint", 0x803b0013);
    await (await controller.createSandbox({ name: "box" })).join(web);
    expect(windows.pauses).toHaveLength(3);
    await controller.close();
  });

  it("uses a network of somebody else's, and leaves it alone", async () => {
    const windows = new FakeWindows();
    const foreign = await windows.hcn.networks.create({ Name: "nat", Type: "NAT", Owner: "docker" });
    const { controller } = await windows.open();
    const options = { "com.docker.network.windowsshim.hnsid": foreign.ID };
    const web = await controller.createNetwork({ name: "web", options });
    expect((await web.info()).ipam.pools[0]?.subnet).toBe("172.16.0.0/20");
    const box = await controller.createSandbox({ name: "box" });
    await box.join(web);
    expect(await controller.doctor()).toEqual([]);
    await box.remove();
    await web.remove();
    expect((await windows.hcn.networks.list()).map(({ ID }) => ID)).toEqual([foreign.ID]);
    const gone = { "com.docker.network.windowsshim.hnsid": guidOf("nothing") };
    await expect(controller.createNetwork({ name: "gone", options: gone })).rejects.toThrow(
      "HNS has no network with this id",
    );
    await controller.close();
  });

  it("takes a namespace of somebody else's", async () => {
    const windows = new FakeWindows();
    const { ID } = await windows.hcn.namespaces.create({ Type: "Host" });
    const { controller } = await windows.open();
    await expect(controller.createSandbox({ name: "bad", netns: "/proc/1/ns/net" })).rejects.toThrow(
      "is no HCN namespace",
    );
    await expect(controller.createSandbox({ name: "bad", netns: guidOf("x") })).rejects.toThrow("HNS has no namespace");
    await expect(controller.createSandbox({ name: "bad", sysctls: { "net.x": "1" } })).rejects.toThrow(
      "unsupported on Windows",
    );
    const box = await controller.createSandbox({ name: "box", netns: ID });
    await box.join(await controller.createNetwork(NAT));
    await box.remove();
    expect((await windows.hcn.namespaces.list()).map((namespace) => namespace.ID)).toEqual([ID]);
    await controller.close();
  });

  it("mends what somebody changed or removed", async () => {
    const windows = new FakeWindows();
    const { controller } = await windows.open();
    const web = await controller.createNetwork({
      ...NAT,
      options: { "com.docker.network.windowsshim.disableicc": "1" },
    });
    const box = await controller.createSandbox({ name: "box" });
    await box.join(web);
    const before = await windows.snapshot();
    const [endpoint] = await windows.hcn.endpoints.list();
    const Policies = (endpoint?.Policies ?? []).slice(0, 1);
    const request = { ResourceType: "Policy", RequestType: "Update", Settings: { Policies } } as const;
    await windows.hcn.endpoints.modify(endpoint?.ID ?? guid(""), request);
    expect(await controller.doctor()).toMatchObject([
      { type: "changed", message: expect.stringContaining("policy") },
      { type: "hazard", object: "one-sided-rules" },
    ]);
    await controller.repair();
    expect(await windows.snapshot()).toEqual(before);

    await windows.hcn.endpoints.delete(endpoint?.ID ?? guid(""));
    expect(await controller.doctor()).toMatchObject([{ type: "missing", object: "hcn-endpoint" }]);
    await controller.repair();
    expect(await windows.snapshot()).toEqual(before);
    await controller.close();
  });

  it("tells of drift: by notification, and by looking", async () => {
    const windows = new FakeWindows();
    const { controller, platform } = await windows.open();
    const web = await controller.createNetwork(NAT);
    const end = new AbortController();
    const drift = platform.watch({ signal: end.signal })[Symbol.asyncIterator]();
    const next = drift.next();
    const [network] = await windows.hcn.networks.list();
    await windows.hcn.networks.delete(network?.ID ?? guid(""));
    expect((await next).value).toEqual({ kind: "hcn-network", detail: `NetworkDelete ${network?.ID}` });
    end.abort();
    expect((await drift.next()).done).toBe(true);
    await web.remove();
    await controller.close();
  });

  it("answers names on the gateway and in the compartment", async () => {
    const windows = new FakeWindows();
    const { controller, platform } = await windows.open();
    const web = await controller.createNetwork(NAT);
    const box = await controller.createSandbox({ name: "box" });
    const { path } = (await box.info()).namespace;
    const server = await platform.openNameServer({
      namespacePath: path,
      address: "127.0.0.11",
      answer: (_, __, peer) => Buffer.from(peer.address),
    });
    expect(windows.nameServers.names).toEqual([`${path} 127.0.0.11:53`]);
    const endpoint = await box.join(web);
    expect(windows.nameServers.names).toEqual([`${path} 127.0.0.11:53`, "host 10.7.0.1:53"]);
    // Nobody whose address is not a sandbox's gets an answer there.
    expect(await windows.nameServers.ask("host 10.7.0.1:53", Buffer.of())).toBeUndefined();
    await endpoint.leave();
    expect(windows.nameServers.names).toEqual([`${path} 127.0.0.11:53`]);
    await server.close();
    expect(windows.nameServers.names).toEqual([]);
    await controller.close();
  });
});
