/**
 * For a person with a Windows Server: shows what no emulator can. Run it as an administrator in a checkout that was built
 * (`npm install && npm run build`), on a machine whose networks may come and go:
 *
 *   node test/windows/prove.mjs [--adapter "Ethernet 2" --subnet 192.168.7.0/24 --gateway 192.168.7.1]
 *
 * With an adapter, l2bridge is tried as well: the host's connections break for a moment. Everything is named cnm-prove-… and
 * removed at the end. What was seen is written to prove-windows.json; exit status 1 when something did not hold.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { release } from "node:os";
import { parseArgs } from "node:util";
import { createController, memoryStore } from "@cnm/core";
import { openHcnClient, windowsPlatform } from "@cnm/windows";

const { values } = parseArgs({
  options: { adapter: { type: "string" }, subnet: { type: "string" }, gateway: { type: "string" } },
});
const seen = [];

/** Tries one thing, and goes on whatever comes of it. */
async function prove(what, work) {
  try {
    seen.push({ what, holds: true, detail: (await work()) ?? "" });
  } catch (error) {
    seen.push({ what, holds: false, detail: error instanceof Error ? error.message : String(error) });
  }
  const { holds, detail } = seen.at(-1);
  console.log(`${holds ? "holds" : "FAILS"}  ${what}${detail === "" ? "" : `: ${detail}`}`);
}

const powershell = (script) =>
  execFileSync("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", script], { encoding: "utf8" }).trim();

function need(condition, words) {
  if (!condition) throw new Error(words);
}

const hcn = await openHcnClient();
console.log(`Windows ${release()}, HNS ${hcn.version.Major}.${hcn.version.Minor}`);
const platform = await windowsPlatform();
const cnm = await createController({ platform, store: memoryStore() });
let web;
let box;
let endpoint;

await prove("a NAT network whose subnet HNS chooses", async () => {
  web = await cnm.createNetwork({ name: "cnm-prove-nat" });
  const [pool] = (await web.info()).ipam.pools;
  need(pool?.gateway !== undefined, `HNS tells no gateway: ${JSON.stringify(pool)}`);
  return `${pool.subnet} by ${pool.gateway}`;
});
await prove("Owner is kept on a network", async () => {
  const [network] = await hcn.networks.list({ name: "cnm-prove-nat" });
  need(network?.Owner?.startsWith("cnm:network:"), `it is ${network?.Owner}`);
});
await prove("the host has the gateway's address", async () => {
  const [pool] = (await web.info()).ipam.pools;
  need(powershell(`(Get-NetIPAddress -IPAddress ${pool.gateway}).IPAddress`) === pool.gateway, "it has not");
});
await prove("a namespace that has its compartment at once", async () => {
  box = await cnm.createSandbox({ name: "cnm-prove-box" });
  const namespace = await hcn.namespaces.get((await box.info()).namespace.path);
  need((namespace.NamespaceId ?? 0) > 1, `its compartment is ${namespace.NamespaceId}`);
  return `compartment ${namespace.NamespaceId}`;
});
await prove("Owner is kept on a namespace", async () => {
  const namespace = await hcn.namespaces.get((await box.info()).namespace.path);
  need(namespace.Owner?.startsWith("cnm:sandbox:"), `it is ${namespace.Owner}`);
});
await prove("a join with a published port and firewall rules", async () => {
  endpoint = await box.join(web, { ports: ["18099:80/tcp"] });
  const { addresses, macAddress } = await endpoint.info();
  return `${addresses.map(({ address }) => address).join(" ")} ${macAddress}`;
});
await prove("HNS shows an endpoint as it was asked for", async () => {
  const differences = (await cnm.doctor()).filter(({ type }) => type !== "hazard");
  need(differences.length === 0, differences.map(({ message }) => message).join("; "));
});
await prove("the address is in the compartment", async () => {
  const address = (await endpoint.info()).addresses[0]?.address.split("/")[0];
  const found = powershell(`(Get-NetIPAddress -IncludeAllCompartments -IPAddress ${address}).IPAddress`);
  need(found === address, `Get-NetIPAddress says ${JSON.stringify(found)}`);
});
await prove("WinNAT has the published port", async () => {
  return powershell("Get-NetNatStaticMapping | Select-Object -ExpandProperty ExternalPort | Out-String");
});
await prove("a resolver inside the compartment, and on the gateway", async () => {
  const namespacePath = (await box.info()).namespace.path;
  const server = await platform.openNameServer({
    namespacePath,
    address: "127.0.0.11",
    answer: (query) => query.slice(),
  });
  await server.close();
});
await prove("a name asked from inside the compartment", async () => {
  const namespacePath = (await box.info()).namespace.path;
  const [address] = await platform.nameservers();
  need(address !== undefined, "this host has no name server");
  // example.org, A
  const query = Buffer.from("123401000001000000000000076578616d706c65036f72670000010001", "hex");
  const server = { address, port: 53 };
  const answer = await platform.upstream.exchangeUdp({ namespacePath }, server, query, AbortSignal.timeout(5_000));
  need(answer.length > query.length, "an empty answer");
  return `${answer.length} bytes: answers to what was let out come back`;
});
await prove("statistics", async () => JSON.stringify(await cnm.statistics(box)));
await prove("drift is told when somebody deletes the network", async () => {
  const end = new AbortController();
  const next = platform
    .watch({ signal: AbortSignal.any([end.signal, AbortSignal.timeout(20_000)]) })
    [Symbol.asyncIterator]()
    .next();
  const [network] = await hcn.networks.list({ name: "cnm-prove-nat" });
  await hcn.networks.delete(network.ID);
  const { value } = await next;
  end.abort();
  need(value !== undefined, "nothing was told in 20 s");
  return value.detail;
});
await prove("repair makes it all again, with the same address", async () => {
  const before = (await endpoint.info()).addresses[0]?.address.split("/")[0];
  await cnm.repair();
  const documents = await hcn.endpoints.list();
  const addresses = documents.flatMap(({ IpConfigurations = [] }) =>
    IpConfigurations.map(({ IpAddress }) => IpAddress),
  );
  need(addresses.includes(before), `${before} is not among ${addresses.join(", ")}`);
});
await prove("everything goes", async () => {
  await box?.remove();
  await web?.remove();
  const left = [...(await hcn.networks.list()), ...(await hcn.endpoints.list())].filter(({ Owner }) =>
    Owner?.startsWith("cnm:"),
  );
  need(left.length === 0, JSON.stringify(left));
});

if (values.adapter !== undefined && values.subnet !== undefined) {
  let lan;
  const options = { "com.docker.network.windowsshim.interface": values.adapter };
  const gateway = values.gateway === undefined ? {} : { gateway: values.gateway };
  await prove("an l2bridge network with VFP rules and a reserved port", async () => {
    const subnets = [{ subnet: values.subnet, ...gateway }];
    lan = await cnm.createNetwork({
      name: "cnm-prove-lan",
      driver: "l2bridge",
      internal: false,
      options,
      ipam: { subnets },
    });
    box = await cnm.createSandbox({ name: "cnm-prove-lan-box" });
    const icc = { "com.docker.network.windowsshim.disableicc": "true" };
    await box.join(lan, { ports: ["18098:80/tcp"], options: icc });
    const differences = (await cnm.doctor()).filter(({ type }) => type !== "hazard");
    need(differences.length === 0, differences.map(({ message }) => message).join("; "));
  });
  await prove("and it goes", async () => {
    await box?.remove();
    await lan?.remove();
  });
}

await cnm.close();
await hcn.close();
const report = { windows: release(), hns: hcn.version, node: process.version, seen };
writeFileSync("prove-windows.json", `${JSON.stringify(report, undefined, 2)}\n`);
const failed = seen.filter(({ holds }) => !holds);
console.log(`${seen.length - failed.length} of ${seen.length} hold; see prove-windows.json`);
if (failed.length > 0) process.exitCode = 1;
