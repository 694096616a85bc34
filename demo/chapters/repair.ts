import type { Stage } from "../stage.ts";
import { heading, line } from "../words.ts";

const DOCTOR_FINDS = 1;

export async function repair(stage: Stage): Promise<void> {
  await linkGone(stage);
  await forwardingOff(stage);
}

/** The kernel tells of this one. */
async function linkGone(stage: Stage): Promise<void> {
  const { cnm, host, score } = stage;
  heading("Somebody deletes web1's link behind our back");
  const [id = ""] = await cnm.ask("sandbox", "inspect", "--format", "{{range .Endpoints}}{{.Id}}{{end}}", "web1");
  const link = `veth${id.slice(0, 7)}`;
  const before = await host.linkIndex(link);
  const first = await stage.call();
  line(`An open connection of the neighbour's: ${first.text}`);
  await host.deleteLink(link);
  line(`${link} is deleted. The kernel says so, the daemon hears it and makes the link anew.`);
  const again = await stage.call();
  score.check("the open connection lives on, the same one", again.ok && again.text === first.text);
  score.check(`${link} is there again, as another link`, (await host.linkIndex(link)) !== before);
  const { status } = await cnm.run("doctor");
  score.check("there is nothing left for the doctor to find", status === 0);
}

/** The kernel tells nobody of this one. */
async function forwardingOff(stage: Stage): Promise<void> {
  const { cnm, score, onNeighbour } = stage;
  heading("Somebody turns forwarding off, and the kernel tells nobody");
  const first = await stage.call();
  stage.write("0", "/proc/sys/net/ipv4/ip_forward");
  await stage.outside("from the neighbour: no answer any more", false, (patience) =>
    onNeighbour.fetch("http://192.0.2.1:8080/", patience),
  );
  const pending = stage.call();
  const found = await cnm.run("doctor");
  const named = found.status === DOCTOR_FINDS && found.out.includes("net/ipv4/ip_forward");
  score.check("the doctor names it, and says what a repair would do", named);
  const { status } = await cnm.run("repair");
  score.check("it is mended", status === 0);
  const again = await pending;
  score.check("what the open connection asked meanwhile is answered", again.ok && again.text === first.text);
  score.check("the doctor finds nothing any more", (await cnm.run("doctor")).status === 0);
}
