import type { Stage } from "../stage.ts";
import { heading } from "../words.ts";

export async function names(stage: Stage): Promise<void> {
  heading("Sandboxes of a network find each other by name");
  await stage.inside("web2", "fetch", "http://web1:80/", true, "web2 finds web1 by its name");
  await stage.inside("web2", "fetch", "http://www:80/", true, "and by its alias");
  await stage.inside("web1", "fetch", "http://web2.web:80/", true, "web1 finds web2 by its name and its network's");
  await stage.inside("db1", "fetch", "http://web1:80/", false, "db1 does not: names end where networks end");
}
