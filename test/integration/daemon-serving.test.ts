import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createClient } from "@cnm/daemon/client";
import { bindLibc, loadFfi } from "@cnm/linux";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DaemonWorld } from "../support/daemon-world.ts";
import { ipJson } from "../support/host.ts";

let world: DaemonWorld;

beforeAll(async () => {
  world = await DaemonWorld.open();
  await world.start({ metrics: "127.0.0.1:0" });
});

afterAll(async () => world.close());

/** What the daemon says to bytes that no client would send. */
async function say(bytes: string): Promise<string> {
  const socket = connect(world.socket);
  socket.end(bytes);
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

const get = (path: string) => say(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
const bodyOf = (answer: string) => answer.slice(answer.indexOf("\r\n\r\n") + 4);

describe("the socket", () => {
  it("is for its owner and group alone", () => {
    expect(statSync(world.socket).mode & 0o777).toBe(0o660);
  });

  it("is not taken from a daemon that serves it, and nobody else gets the state directory", async () => {
    const other = { ...world.options, state: join(world.host.folder, "other") };
    await expect(world.another(other, { ownHost: true })).rejects.toThrow(/another daemon serves .*cnm\.sock/);
    await expect(world.another(other)).rejects.toThrow(/the networks of this host are kept by/);
    await expect(world.another({ ...world.options, socket: join(world.host.folder, "b.sock") })).rejects.toThrow(
      /state directory .* is in use by process/,
    );
  });
});

describe("HTTP", () => {
  it("answers a request that is none with 400, and goes on", async () => {
    expect(await say("this is no HTTP\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(await say(`GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(70_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    expect((await world.client.version()).ApiVersion).toBe("1.51");
  });

  it("refuses a body that is too long", async () => {
    const head = "POST /networks/create HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n";
    expect(await say(`${head}Content-Length: 2000000\r\n\r\n{}`)).toMatch(/^HTTP\/1\.1 413 /);
    expect(bodyOf(await say(`${head}Content-Length: 1\r\n\r\n{`))).toMatch(/^\{"message":"invalid JSON: /);
    expect(bodyOf(await say(`${head}Content-Length: 10\r\n\r\n{"Name":1}`))).toBe(
      '{"message":"invalid JSON: Name: expected string, received 1"}',
    );
    const plain = head.replace("application/json", "text/plain");
    expect(bodyOf(await say(`${plain}Content-Length: 2\r\n\r\n{}`))).toContain("unsupported Content-Type header");
  });

  it("knows its pages and its versions", async () => {
    expect(await get("/nope")).toMatch(/^HTTP\/1\.1 404 .*\{"message":"page not found"\}$/s);
    expect(await get("/v1.41/nope")).toContain('{"message":"page not found"}');
    expect(bodyOf(await get("/v1.23/networks"))).toContain("client version 1.23 is too old.");
    expect(bodyOf(await get("/v1.99/networks"))).toContain("client version 1.99 is too new.");
    expect(await get("/v1.41/_ping")).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nOK$/s);
    expect(await say("HEAD /_ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).toMatch(/api-version: 1\.51/);
    expect(bodyOf(await get("/networks/%zz"))).toContain('"message"');
    const old = JSON.parse(bodyOf(await get("/v1.47/networks/host")).replace(/^[0-9a-f]+\r\n|\r\n0\r\n\r\n$/g, ""));
    expect(old).not.toHaveProperty("EnableIPv4");
    expect(await world.client.network("host")).toHaveProperty("EnableIPv4");
  });
});

describe("predefined networks", () => {
  it("are there, with the device cnm0, and stay", async () => {
    expect((await world.client.networks()).map(({ Name, Driver }) => `${Name} ${Driver}`).sort()).toEqual([
      "bridge bridge",
      "host host",
      "none null",
    ]);
    expect(ipJson(["link", "show", "cnm0"])[0]).toMatchObject({ ifname: "cnm0" });
    for (const name of ["bridge", "host", "none"]) {
      await expect(world.client.removeNetwork(name)).rejects.toMatchObject({
        kind: "forbidden",
        code: "predefined-network",
        message: `${name} is a pre-defined network and cannot be removed`,
      });
    }
    const ids = (await world.client.networks()).map(({ Id }) => Id);
    await world.daemon.stop();
    expect(existsSync(world.socket)).toBe(false);
    await world.start({ metrics: "127.0.0.1:0" });
    expect((await world.client.networks()).map(({ Id }) => Id).sort()).toEqual(ids.sort());
  });
});

describe("sandboxes over the API", () => {
  it("join with everything that Docker's connect has no words for", async () => {
    const { client, host } = world;
    host.makeNamespace("foreign");
    await client.createNetwork({
      Name: "web",
      IPAM: { Config: [{ Subnet: "10.7.0.0/24" }, { Subnet: "fd07::/64" }] },
      EnableIPv6: true,
    });
    const { Id } = await client.createSandbox({
      Name: "box",
      Netns: join(host.folder, "netns/foreign"),
      Labels: { a: "b" },
    });
    const endpoint = await client.connect("web", {
      Sandbox: "box",
      Addresses: ["10.7.0.9"],
      Aliases: ["www"],
      Mac: "02:00:00:00:00:09",
      InterfaceName: "lan0",
      Ports: ["127.0.0.1:8081:80/tcp"],
      Exposed: ["443/tcp"],
      GatewayPriority: 5,
      Sysctls: { "net.ipv4.conf.IFNAME.log_martians": "1" },
    });
    expect(endpoint).toMatchObject({
      InterfaceName: "lan0",
      Mac: "02:00:00:00:00:09",
      Ports: [{ Protocol: "tcp", HostAddress: "127.0.0.1", HostPort: 8081, TargetPort: 80 }],
      Exposed: ["443/tcp"],
      GatewayPriority: 5,
      Gateway: { IPv4: true, IPv6: true },
    });
    expect((await client.sandbox("box")).Owned).toBe(false);
    expect((await client.container("box")).NetworkSettings.Ports).toEqual({
      "443/tcp": null,
      "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "8081" }],
    });
    await expect(client.connect("web", { Sandbox: "box", Addresses: ["nonsense"], Mac: "x" })).rejects.toMatchObject({
      kind: "invalid",
      faults: expect.arrayContaining([expect.stringContaining("nonsense"), expect.stringContaining("mac")]),
    });
    await client.removeSandbox(Id);
    expect(existsSync(join(host.folder, "netns/foreign"))).toBe(true);
    await client.removeNetwork("web");
  });

  it("join none, and then nothing else", async () => {
    const { client } = world;
    const { Id } = await client.createSandbox({ Name: "alone" });
    await client.connectNetwork("none", "alone");
    expect((await client.network("none")).Containers).toHaveProperty(Id);
    await expect(client.connectNetwork("bridge", "alone")).rejects.toMatchObject({
      kind: "invalid",
      code: "none-network",
    });
    await expect(client.connectNetwork("host", "alone")).rejects.toMatchObject({
      kind: "invalid",
      code: "host-network",
    });
    await client.disconnectNetwork("none", "alone");
    await client.connectNetwork("bridge", "alone");
    await client.removeSandbox(Id);
  });
});

describe("health", () => {
  it("finds what is wrong, plans, and mends", async () => {
    const { client } = world;
    expect(await client.doctor()).toEqual({ Findings: [], Differences: [] });
    const { Resources } = await client.plan({ Name: "plan", IPAM: { Config: [{ Subnet: "10.9.0.0/24" }] } });
    expect(Resources.map(({ Kind }) => Kind)).toContain("link");
    expect((await client.networks()).map(({ Name }) => Name)).not.toContain("plan");
    expect((await client.info()).Features.length).toBeGreaterThan(3);
    expect(await client.repair()).toEqual({ Findings: [], Changes: [] });
    expect(await client.openApi()).toHaveProperty("openapi", "3.1.0");
  });

  it("tells Prometheus", async () => {
    const text = await (await fetch(`http://127.0.0.1:${world.daemon.metricsPort}/metrics`)).text();
    expect(text).toContain('cnm_networks{driver="bridge"} 1');
    expect(text).toContain("cnm_sandboxes 0");
    await world.client.createNetwork({ Name: "counted", IPAM: { Config: [{ Subnet: "10.9.9.0/24" }] } });
    const { Id } = await world.client.run({ Networks: [{ Network: "counted" }], Cmd: ["ping", "-c1", "10.9.9.1"] });
    expect(await world.client.wait(Id)).toEqual({ StatusCode: 0 });
    const name = (await world.client.sandbox(Id)).Name;
    const after = await (await fetch(`http://127.0.0.1:${world.daemon.metricsPort}/metrics`)).text();
    const traffic = new RegExp(
      `cnm_endpoint_bytes_total\\{sandbox="${name}",network="counted",direction="out"\\} (\\d+)`,
    );
    // A request for an address and an echo.
    expect(Number(traffic.exec(after)?.[1])).toBeGreaterThan(100);
    expect(after).toContain('cnm_operation_seconds_count{method="POST",path="/networks/create",status="201"}');
    expect(after).toMatch(/cnm_dns_queries_total\{result="answered"\} \d/);
    await world.client.removeSandbox(Id, true);
    await world.client.removeNetwork("counted");
  });
});

describe("TCP", () => {
  const file = (name: string) => join(world.host.folder, name);
  const openssl = (...args: readonly string[]) => execFileSync("openssl", args, { stdio: "ignore" });
  const own = () => ({
    socket: file("tls.sock"),
    state: file("tls-state"),
    run: file("tls-run"),
    logLevel: "error" as const,
    tcp: "127.0.0.1:0",
    tlsCa: file("ca.pem"),
    tlsCert: file("server.pem"),
    tlsKey: file("server.key"),
  });

  beforeAll(() => {
    const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl("req", "-x509", ...ec, "-keyout", file("ca.key"), "-out", file("ca.pem"), "-subj", "/CN=ca");
    openssl(
      "req",
      "-x509",
      ...ec,
      "-keyout",
      file("stranger.key"),
      "-out",
      file("stranger.pem"),
      "-subj",
      "/CN=client",
    );
    writeFileSync(file("san"), "subjectAltName=IP:127.0.0.1");
    for (const name of ["server", "client"]) {
      openssl("req", ...ec, "-keyout", file(`${name}.key`), "-out", file(`${name}.csr`), "-subj", `/CN=${name}`);
      const sign = ["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial", "-extfile", file("san")];
      openssl("x509", "-req", "-in", file(`${name}.csr`), ...sign, "-out", file(`${name}.pem`));
    }
  });

  it("is refused without certificates", async () => {
    await expect(
      world.another({ ...own(), tlsKey: "/no/such/file", tcp: "127.0.0.1:0" }, { ownHost: true }),
    ).rejects.toThrow("tls-key cannot be read");
  });

  it("lets in who has a certificate, and nobody else", async () => {
    await world.daemon.stop();
    const daemon = await world.another(own());
    const host = `tcp://127.0.0.1:${daemon.tcpPort}`;
    const files = { tlsCa: file("ca.pem"), tlsCert: file("client.pem"), tlsKey: file("client.key") };
    const client = createClient({ host, ...files });
    expect((await client.networks()).length).toBe(3);
    await client.close();
    expect(() => createClient({ host })).toThrow("tcp needs tlsCa, tlsCert and tlsKey");
    const curl = ["-s", "--cacert", file("ca.pem"), `https://127.0.0.1:${daemon.tcpPort}/_ping`];
    expect(() => execFileSync("curl", curl, { stdio: "pipe" })).toThrow();
    const stranger = ["--cert", file("stranger.pem"), "--key", file("stranger.key")];
    expect(() => execFileSync("curl", [...stranger, ...curl], { stdio: "pipe" })).toThrow();
    const plain = ["-s", `http://127.0.0.1:${daemon.tcpPort}/_ping`];
    expect(() => execFileSync("curl", plain, { stdio: "pipe" })).toThrow();
    const known = ["--cert", file("client.pem"), "--key", file("client.key")];
    expect(execFileSync("curl", [...known, ...curl], { encoding: "utf8" })).toBe("OK");
    await daemon.stop();
    await world.start({ metrics: "127.0.0.1:0" });
  });
});

describe("starting and stopping", () => {
  it("ends streams when it stops, and does not wait for their readers", async () => {
    const events = await world.client.events();
    const reading = (async () => {
      for await (const event of events) expect(event).toBeUndefined();
    })();
    expect(await world.daemon.stop()).toBe(0);
    await reading;
    await world.start();
  });

  it("replaces a socket that nobody serves", async () => {
    await world.daemon.kill();
    expect(existsSync(world.socket)).toBe(true);
    await world.start();
    expect((await world.client.networks()).length).toBe(3);
    expect(await world.daemon.stop()).toBe(0);
    writeFileSync(world.socket, "");
    await expect(world.another(world.options)).rejects.toThrow("is there, and is no socket");
    unlinkSync(world.socket);
    await world.start();
  });

  it("tells systemd, and serves the socket that it gets from there", async () => {
    await world.daemon.stop();
    const libc = bindLibc(loadFfi());
    const path = join(world.host.folder, "notify.sock");
    const notify = libc.socket(1, 2, 0);
    const address = Buffer.concat([Buffer.from([1, 0]), Buffer.from(path)]);
    expect(libc.bind(notify, address, address.length)).toBe(0);
    const received = (): string => {
      const buffer = Buffer.alloc(64);
      return buffer.toString("utf8", 0, Math.max(0, libc.recv(notify, buffer, buffer.length, 0x40)));
    };

    // Made without the event loop, which would take connections itself.
    const activated = join(world.host.folder, "activated.sock");
    const listening = libc.socket(1, 1, 0);
    const place = Buffer.concat([Buffer.from([1, 0]), Buffer.from(activated)]);
    expect(libc.bind(listening, place, place.length)).toBe(0);
    expect(libc.listen(listening, 16)).toBe(0);
    const options = { ...world.options, socket: activated };
    const daemon = await world.another(options, { env: { NOTIFY_SOCKET: path }, passed: listening });
    libc.close(listening);
    expect(received()).toBe("READY=1");
    const client = createClient({ host: `unix://${activated}` });
    expect((await client.networks()).length).toBe(3);
    await client.close();
    expect(await daemon.stop()).toBe(0);
    expect(received()).toBe("STOPPING=1");
    // It is the service manager's.
    expect(existsSync(activated)).toBe(true);
    libc.close(notify);
    await world.start();
  });

  it("runs beside others that have hosts of their own", async () => {
    const folders = ["left", "right"].map((name) => join(world.host.folder, name));
    for (const folder of folders) mkdirSync(folder);
    const all = await Promise.all(
      folders.map((folder) =>
        world.another(
          { socket: join(folder, "s"), state: join(folder, "state"), run: join(folder, "run"), logLevel: "error" },
          { ownHost: true },
        ),
      ),
    );
    for (const folder of folders) {
      const client = createClient({ host: `unix://${join(folder, "s")}` });
      await client.createNetwork({ Name: "same", IPAM: { Config: [{ Subnet: "10.7.0.0/24" }] } });
      const { Id } = await client.run({
        Name: "same",
        Cmd: ["sleep", "1000"],
        Networks: [{ Network: "same" }],
        Ports: ["8080:80"],
      });
      await client.removeSandbox(Id, true);
      await client.removeNetwork("same");
      await client.close();
    }
    for (const daemon of all) expect(await daemon.stop()).toBe(0);
    for (const folder of folders) rmSync(folder, { recursive: true });
  });
});
