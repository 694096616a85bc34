import { readFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { runTests } from "../../../tools/lib/run-tests.mjs";

/** Inside the machine: runs what was asked for, and says how it went over the port for results. */
const { env, args } = JSON.parse(readFileSync("/run/vm/request.json", "utf8"));
Object.assign(process.env, env);
const { files, passed, failed } = await runTests(args);
const event = { event: "ended", kernel: release(), files, passed, failed };
writeFileSync("/dev/vport0p2", `${JSON.stringify(event)}\n`);
