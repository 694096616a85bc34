import type { Stage } from "../stage.ts";
import { heading } from "../words.ts";

export async function reach(stage: Stage): Promise<void> {
  const { onNeighbour } = stage;
  heading("Who reaches whom");
  const [v4, v6] = ["10.7.0.2", "fd07::2"];
  await stage.inside("web2", "ping", v4, true, "web2 reaches web1 over IPv4");
  await stage.inside("web2", "ping", v6, true, "web2 reaches web1 over IPv6");
  await stage.inside("db1", "ping", v4, false, "db1 does not reach web1: it is on another network");
  await stage.inside("db1", "ping", v6, false, "nor over IPv6");
  await stage.inside("db1", "ping", "192.0.2.2", true, "db1 reaches the neighbour, through the host (masquerade)");
  await stage.outside("the neighbour pings web1's own address: no", false, (patience) =>
    onNeighbour.ping(v4, patience),
  );
}
