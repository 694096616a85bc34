import { expect, it } from "vitest";
import { fakePlatform } from "./fake-platform.ts";

const QUERY = Uint8Array.of(1, 2);
const server = { address: "192.0.2.53", port: 53 };
const { signal } = new AbortController();

it("opens name servers in namespaces that are there, and lets them be asked until they are closed", async () => {
  const platform = fakePlatform();
  const spec = { namespacePath: "/ns/a", address: "127.0.0.11", answer: (query: Uint8Array) => query.toReversed() };
  await expect(platform.openNameServer(spec)).rejects.toMatchObject({ kind: "not-found" });
  platform.host.namespaces.set("/ns/a", []);
  const opened = await platform.openNameServer(spec);
  await expect(platform.openNameServer(spec)).rejects.toMatchObject({ code: "port-in-use" });
  expect(platform.nameServers.names).toEqual(["/ns/a 127.0.0.11:53"]);
  expect(await platform.nameServers.ask("/ns/a 127.0.0.11:53", QUERY)).toEqual(Uint8Array.of(2, 1));
  await opened.close();
  await expect(platform.nameServers.ask("/ns/a 127.0.0.11:53", QUERY)).rejects.toThrow("there is no name server");
});

it("reaches servers outside that the test has put there, and waits for those that are silent", async () => {
  const { nameServers, upstream } = fakePlatform();
  await expect(upstream.exchangeUdp("host", server, QUERY, signal)).rejects.toMatchObject({ kind: "unavailable" });
  nameServers.outside.set("192.0.2.53:53", (query, via) => (via === "tcp" ? query.toReversed() : undefined));
  expect(await upstream.exchangeTcp({ namespacePath: "/ns/a" }, server, QUERY, signal)).toEqual(Uint8Array.of(2, 1));
  const stop = new AbortController();
  const silent = upstream.exchangeUdp("host", server, QUERY, stop.signal);
  stop.abort(new Error("enough"));
  await expect(silent).rejects.toThrow("enough");
  expect(nameServers.sent.map(({ via }) => via)).toEqual(["udp", "tcp", "udp"]);
});
