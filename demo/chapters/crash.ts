import type { Stage } from "../stage.ts";
import { heading, line, prompt } from "../words.ts";

/** What a restart must not change. */
const ROW = "{{.ID}} {{.Name}} {{.Networks}} {{.Addresses}} {{.Ports}} {{.Status}}";

export async function crash(stage: Stage): Promise<void> {
  const { cnm, daemon, score, onNeighbour, onHost } = stage;
  heading("The daemon is killed");
  const before = await cnm.ask("ps", "--format", ROW);
  const first = await stage.call();
  prompt(`kill -9 ${daemon.pid}`);
  await daemon.kill();
  const { status } = await cnm.run("ps");
  score.check("nobody answers the command", status === 1);
  const [v4, v6] = ["http://192.0.2.1:8080/", "http://[2001:db8::1]:8080/"];
  await stage.outside("the published port is answered all the same", true, (patience) =>
    onNeighbour.fetch(v4, patience),
  );
  await stage.outside("over IPv6 too", true, (patience) => onNeighbour.fetch(v6, patience));
  await stage.outside("and on the host", true, (patience) => onHost.fetch(v4, patience));
  line("It is started again, with the same directories.");
  await daemon.start();
  await cnm.run("ps");
  const after = await cnm.ask("ps", "--format", ROW);
  score.check("everything is there again", after.sort().join("\n") === before.sort().join("\n"));
  const again = await stage.call();
  score.check("the open connection is still the same", again.ok && again.text === first.text);
  await stage.inside("web2", "fetch", "http://web1:80/", true, "names are answered again");
}
