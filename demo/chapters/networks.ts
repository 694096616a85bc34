import type { Stage } from "../stage.ts";
import { topology } from "../topology.ts";
import { heading } from "../words.ts";

export async function networks({ cnm, score }: Stage): Promise<void> {
  heading("Two networks, three sandboxes with a program each");
  await cnm.run("network", "create", "--ipv6", "--subnet", "10.7.0.0/24", "--subnet", "fd07::/64", "web");
  await cnm.run("network", "create", "--ipv6", "--subnet", "10.8.0.0/24", "--subnet", "fd08::/64", "db");
  const page = (text: string) => ["node", "page.mjs", "80", text];
  const web = ["--network", "web"];
  await cnm.run(
    "run",
    "-d",
    "--name",
    "web1",
    ...web,
    "--alias",
    "www",
    "-p",
    "8080:80",
    "--",
    ...page("hello from web1"),
  );
  await cnm.run("run", "-d", "--name", "web2", ...web, "--", ...page("hello from web2"));
  await cnm.run("run", "-d", "--name", "db1", "--network", "db", "--", ...page("hello from db1"));
  for (const name of ["web1", "web2", "db1"]) await cnm.hear("serving on port 80", "logs", "--follow", name);

  const listed = await cnm.run("network", "ls", "--filter", "type=custom");
  const names = ["web", "db"].every((name) => listed.out.includes(` ${name} `));
  score.check("both networks are listed", names);
  const shown = await cnm.run("ps");
  const rows = shown.out.split("\n").filter((row) => row.endsWith("Up"));
  score.check("three programs are up", rows.length === 3);
  console.log(await topology(cnm, ["web", "db"], ["web1", "web2", "db1"]));
}
