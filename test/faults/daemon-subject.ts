import { join } from "node:path";
import { inspect } from "node:util";
import { type Client, createClient } from "@cnm/daemon/client";
import { compare } from "./compare.ts";
import { daemonHands } from "./daemon-hands.ts";
import { DaemonRun } from "./daemon-run.ts";
import { countSteps, type JournalLine } from "./journal.ts";
import { killOnceThere } from "./kill-once-there.ts";
import { namesIn } from "./names-in.ts";
import type { Directories } from "./open-controller.ts";
import { operate } from "./operate.ts";
import { isAnswer } from "./perform-operation.ts";
import { readStoredRecords } from "./read-stored-records.ts";
import type { Records } from "./records.ts";
import type { Death, Moment, Sight, Subject, WorkOrder } from "./subject.ts";

export interface DaemonParts {
  /** Of the daemon. */
  readonly directories: Directories;
  readonly socket: string;
  /** Paths of namespaces that others made. */
  readonly foreign: readonly string[];
  /** `cnm`, as a program. */
  readonly program: string;
}

/** `cnm daemon`, which is told by its API what to do. The one that was looked at is the next that is killed. */
export class DaemonSubject implements Subject {
  readonly starting = { from: 250, to: 650 };
  readonly predefined = ["bridge", "host", "none"];
  readonly answersNames = true;
  readonly directories: Directories;
  readonly #parts: DaemonParts;
  #run: DaemonRun | undefined;

  constructor(parts: DaemonParts) {
    this.#parts = parts;
    const { directories } = parts;
    this.directories = { ...directories, state: join(directories.state, "store"), forwarding: "apart" };
  }

  async work({ seed, name }: WorkOrder, moment: Moment, stop: AbortSignal): Promise<Death> {
    const { foreign } = this.#parts;
    const run = this.#run ?? this.#start();
    this.#run = undefined;
    const lines: JournalLine[] = [];
    const kill = killOnceThere(moment, () => run.kill());
    const tell = (line: JournalLine): void => {
      lines.push(line);
      kill(countSteps(lines));
    };
    const abort = (): void => run.kill();
    stop.addEventListener("abort", abort);
    const client = this.#client();
    try {
      tell({ event: "start" });
      const failures = await operations();
      run.kill();
      const end = await run.ended;
      const said = [...failures.map((error) => inspect(error, { depth: 6 })), run.said].join("\n");
      const suicide = end === "killed" && failures.length === 0 ? undefined : `${end}: ${said}`;
      return { lines, suicide };
    } finally {
      stop.removeEventListener("abort", abort);
      await client.close();
    }

    /** Until it is killed. Resolves to what nobody would call a consequence of that. */
    async function operations(): Promise<readonly unknown[]> {
      const isCutOff = (error: unknown): boolean => run.killed && !isAnswer(error);
      try {
        await run.serving;
        tell({ event: "ready" });
      } catch (error) {
        return isCutOff(error) ? [] : [error];
      }
      const errors = await operate({ hands: daemonHands(client), foreign, seed, name, tell, isCutOff });
      return errors.filter((error) => !isCutOff(error));
    }
  }

  async look(): Promise<Sight> {
    this.#run ??= this.#start();
    const run = this.#run;
    await run.serving;
    const client = this.#client();
    try {
      const doctor = (await client.doctor()).Findings.map(({ Message }) => `doctor: ${Message}`);
      const records = await readStoredRecords(run.pid, this.directories.state);
      const differences = [...(await compareTold(client, records)), ...this.#folders(records)];
      return {
        records,
        get complaints() {
          return [...run.warnings.map((line) => `logged: ${line}`), ...doctor, ...differences];
        },
        hold: () => run.signal("SIGSTOP"),
        [Symbol.asyncDispose]: async () => undefined,
      };
    } finally {
      await client.close();
    }
  }

  async close(): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    run?.signal("SIGCONT");
    run?.signal("SIGTERM");
    await run?.ended;
  }

  #client(): Client {
    return createClient({ host: `unix://${this.#parts.socket}` });
  }

  #start(): DaemonRun {
    const { program, socket, directories } = this.#parts;
    const { state, run, firewall } = directories;
    return new DaemonRun(program, ["--socket", socket, "--state", state, "--run", run, "--firewall", firewall]);
  }

  /** What it keeps for programs in sandboxes. */
  #folders({ sandboxes }: Records): readonly string[] {
    return compare(
      "folders of sandboxes",
      sandboxes.map(({ id }) => id),
      namesIn(join(this.#parts.directories.state, "sandboxes")),
    );
  }
}

/** Whether what the daemon tells is what is written down. */
async function compareTold(client: Client, { networks, sandboxes, endpoints, services }: Records) {
  const told = {
    networks: await client.networks(),
    sandboxes: await client.sandboxes(),
    services: await client.services(),
    tasks: await client.tasks(),
  };
  const tasks = endpoints.flatMap(({ endpoint: { id, task } }) =>
    task === undefined ? [] : [`${id} of ${task.serviceId}, ${task.health}, weight ${task.weight}`],
  );
  return [
    ...compare(
      "told networks",
      networks.map(({ id }) => id),
      told.networks.map(({ Id }) => Id),
    ),
    ...compare(
      "told sandboxes",
      sandboxes.map(({ id }) => id),
      told.sandboxes.map(({ Id }) => Id),
    ),
    ...compare(
      "told endpoints",
      endpoints.map(({ endpoint }) => endpoint.id),
      told.sandboxes.flatMap(({ Endpoints }) => Endpoints.map(({ Id }) => Id)),
    ),
    ...compare(
      "told services",
      services.map(({ id, version }) => `${id} of version ${version}`),
      told.services.map(({ ID, Version }) => `${ID} of version ${Version.Index}`),
    ),
    ...compare(
      "told tasks",
      tasks,
      told.tasks.map(({ ID, ServiceID, Cnm }) => `${ID} of ${ServiceID}, ${Cnm.Health}, weight ${Cnm.Weight}`),
    ),
  ];
}
