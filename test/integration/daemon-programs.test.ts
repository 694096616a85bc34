import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { createClient } from "@cnm/daemon/client";
import { processStartTime } from "@cnm/linux";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DaemonWorld } from "../support/daemon-world.ts";

let world: DaemonWorld;

beforeAll(async () => {
  world = await DaemonWorld.open();
  await world.start();
  await world.client.createNetwork({ Name: "web", IPAM: { Config: [{ Subnet: "10.7.0.0/24" }] } });
});

afterAll(async () => world.close());

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const lineOf = async (stream: AsyncIterable<Buffer>): Promise<string> => {
  for await (const piece of stream) if (piece.includes(10)) return piece.toString();
  return "";
};

describe("programs in sandboxes", () => {
  it("have interfaces, names and files of their own, and nobody else has", async () => {
    const before = readFileSync("/proc/self/mountinfo", "utf8");
    const { Id, EtcDir } = await world.client.run({
      Name: "place",
      Cmd: [
        "sh",
        "-c",
        "cat /etc/hostname /etc/hosts /etc/resolv.conf; hostname; ip -br address show eth0; pwd; echo $COLOUR",
      ],
      Env: ["COLOUR=red"],
      Cwd: "/usr",
      Hostname: "box",
      Domainname: "example.org",
      Dns: ["192.0.2.53"],
      DnsSearch: ["example.org"],
      DnsOptions: ["ndots:2"],
      ExtraHosts: ["db:192.0.2.7"],
      Networks: [{ Network: "web", Ip: "10.7.0.9" }],
    });
    expect(await world.client.wait(Id)).toEqual({ StatusCode: 0 });
    const lines = (await textOf(await world.client.logs(Id))).split("\n");
    expect(lines).toContain("box");
    expect(lines).toContain("192.0.2.7\tdb");
    expect(lines).toContain("10.7.0.9\tbox.example.org box");
    expect(lines.slice(-8)).toEqual([
      "nameserver 127.0.0.11",
      "search example.org",
      "options ndots:2",
      "box",
      expect.stringMatching(/^eth0@\S+\s+UP\s+10\.7\.0\.9\/24/),
      "/usr",
      "red",
      "",
    ]);
    expect(readFileSync(`${EtcDir}/hostname`, "utf8")).toBe("box\n");
    // Here is one mount more: that of the sandbox's namespace.
    const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
    expect(mounts.filter((line) => !before.includes(line)).length).toBe(1);
    await world.client.removeSandbox(Id);
  });

  it("tell their status when they end, and that a signal ended them", async () => {
    const failed = await world.client.run({ Cmd: ["sh", "-c", "echo bad >&2; exit 3"], Networks: [] });
    expect(await world.client.wait(failed.Id)).toEqual({ StatusCode: 3 });
    expect(await textOf(await world.client.logs(failed.Id))).toBe("bad\n");
    expect((await world.client.sandbox(failed.Id)).Process).toEqual({
      Pid: 0,
      Running: false,
      ExitCode: 3,
      Cmd: ["sh", "-c", "echo bad >&2; exit 3"],
    });

    const killed = await world.client.run({ Cmd: ["sleep", "1000"], Networks: [] });
    const waiting = world.client.wait(killed.Id);
    await world.client.kill(killed.Id, "SIGTERM");
    expect(await waiting).toEqual({ StatusCode: 143 });
    await expect(world.client.kill(killed.Id)).rejects.toMatchObject({ kind: "conflict", code: "not-running" });
    await world.client.removeSandbox(failed.Id);
    await world.client.removeSandbox(killed.Id);
  });

  it("leave nothing when they cannot be started", async () => {
    await expect(
      world.client.run({ Name: "none", Cmd: ["/no/such/program"], Networks: [{ Network: "web" }] }),
    ).rejects.toMatchObject({
      kind: "invalid",
      code: "program-not-started",
      message: "program /no/such/program of sandbox none cannot be started: spawn /no/such/program ENOENT",
    });
    await expect(world.client.run({ Cmd: ["sleep", "1"], Networks: [{ Network: "nope" }] })).rejects.toMatchObject({
      kind: "not-found",
      message: "network nope not found",
    });
    expect(await world.client.sandboxes()).toEqual([]);
  });

  it("go with their sandbox when they end, if that was asked for", async () => {
    const events = await world.client.events({ filters: { event: ["destroy"] } });
    const { Id, EtcDir } = await world.client.run({ Cmd: ["true"], AutoRemove: true, Networks: [{ Network: "web" }] });
    for await (const { Actor } of events) if (Actor.ID === Id) break;
    await expect(world.client.sandbox(Id)).rejects.toMatchObject({ kind: "not-found" });
    await expect.poll(() => existsSync(EtcDir)).toBe(false);
  });

  it("are followed while they write", async () => {
    const { Id } = await world.client.run({ Cmd: ["sh", "-c", "echo one; read x; echo two"], Networks: [] });
    expect(await textOf(await world.client.logs(Id, { follow: true }))).toBe("one\ntwo\n");
    expect(await textOf(await world.client.logs(Id, { tail: 1 }))).toBe("two\n");
    await world.client.removeSandbox(Id);
  });

  it("are only prepared, if the caller starts them", async () => {
    const { Id, Netns, EtcDir } = await world.client.run({
      Name: "mine",
      Start: false,
      Networks: [{ Network: "web" }],
    });
    expect(existsSync(Netns)).toBe(true);
    expect(readFileSync(`${EtcDir}/hosts`, "utf8")).toContain("10.7.0.");
    expect((await world.client.sandbox(Id)).Process).toBeUndefined();
    await world.client.removeSandbox(Id);
    expect(existsSync(Netns)).toBe(false);
  });

  it("live through the death of the daemon, and are found again", async () => {
    const { Id } = await world.client.run({
      Name: "lasting",
      Cmd: ["sh", "-c", "echo started; while read line; do :; done; sleep 1000"],
      Networks: [{ Network: "web", Ip: "10.7.0.20" }],
      Ports: ["127.0.0.1:8099:80"],
    });
    const gone = await world.client.run({ Cmd: ["sleep", "1000"], Networks: [], Name: "gone" });
    const pid = (await world.client.sandbox(Id)).Process?.Pid ?? 0;
    const doomed = (await world.client.sandbox(gone.Id)).Process?.Pid ?? 0;
    const netns = readlinkSync(`/proc/${pid}/ns/net`);
    await world.daemon.kill();
    process.kill(doomed, "SIGKILL");
    await expect.poll(() => processStartTime(doomed)).toBeUndefined();
    expect(readlinkSync(`/proc/${pid}/ns/net`)).toBe(netns);

    await world.start();
    const client = createClient({ host: `unix://${world.socket}` });
    const found = await client.sandbox("lasting");
    expect(found.Process).toMatchObject({ Pid: pid, Running: true });
    expect(found.Endpoints[0]).toMatchObject({ Addresses: ["10.7.0.20/24"], Network: "web" });
    // Nobody was there to learn its status.
    expect((await client.sandbox("gone")).Process).toMatchObject({ Running: false, ExitCode: null });
    expect(await lineOf(await client.logs(Id))).toBe("started\n");

    const waiting = client.wait(Id);
    await client.kill(Id, "KILL");
    expect(await waiting).toEqual({ StatusCode: -1 });
    expect((await client.sandbox(Id)).Process).toMatchObject({ Running: false });
    await client.startContainer(Id);
    expect((await client.sandbox(Id)).Process?.Running).toBe(true);
    await expect(client.removeSandbox(Id)).rejects.toMatchObject({ kind: "conflict", code: "program-runs" });
    await client.removeSandbox(Id, true);
    await client.removeSandbox(gone.Id);
    await client.close();
  });
});
