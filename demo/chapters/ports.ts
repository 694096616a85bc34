import type { Stage } from "../stage.ts";
import { heading } from "../words.ts";

export async function ports(stage: Stage): Promise<void> {
  const { cnm, score, onHost, onNeighbour } = stage;
  heading("A published port: port 8080 of the host is web1's port 80");
  const { out } = await cnm.run("port", "web1");
  score.check("it is published on all addresses of both families", out.split("\n").filter(Boolean).length === 2);
  const [v4, v6] = ["http://192.0.2.1:8080/", "http://[2001:db8::1]:8080/"];
  await stage.outside("from the neighbour", true, (patience) => onNeighbour.fetch(v4, patience));
  await stage.outside("from the neighbour, over IPv6", true, (patience) => onNeighbour.fetch(v6, patience));
  await stage.outside("on the host, at its own address", true, (patience) => onHost.fetch(v4, patience));
  await stage.outside("on the host, at 127.0.0.1", true, (patience) =>
    onHost.fetch("http://127.0.0.1:8080/", patience),
  );
  await stage.outside("on the host, at ::1", true, (patience) => onHost.fetch("http://[::1]:8080/", patience));
  await stage.inside("web1", "fetch", v4, true, "web1 itself, by way of the host (hairpin)");
  await stage.inside("web2", "fetch", v4, true, "its sibling web2 (hairpin)");
  await stage.inside("db1", "fetch", v4, true, "db1, from the other network");
}
