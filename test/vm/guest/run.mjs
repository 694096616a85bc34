import { readFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { runTests } from "../../../tools/lib/run-tests.mjs";

/** Inside the machine: runs what was asked for, and says how it went over the port for results. */
const { env, filters } = JSON.parse(readFileSync("/run/vm/request.json", "utf8"));
Object.assign(process.env, env);
const { passed, failed } = await runTests(filters);
writeFileSync("/dev/vport0p2", `${JSON.stringify({ event: "ended", kernel: release(), passed, failed })}\n`);
