import { readFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";

/** Inside the machine: does the job that was asked for, and says how it went over the port for results. */
const { env, job, args } = JSON.parse(readFileSync("/run/vm/request.json", "utf8"));
Object.assign(process.env, env);
const { default: work } = await import(job);
const result = await work(args);
writeFileSync("/dev/vport0p2", `${JSON.stringify({ event: "ended", kernel: release(), result })}\n`);
