import { runDaemon } from "../../packages/daemon/src/daemon.ts";

/** A daemon with the options that are given as JSON. Says how the start went; stops when told to. */
const [options = "{}"] = process.argv.slice(2);

try {
  const daemon = await runDaemon(JSON.parse(options));
  console.log(JSON.stringify({ tcpPort: daemon.tcpPort, metricsPort: daemon.metricsPort }));
  await daemon.stopped;
  console.log("stopped");
} catch (error) {
  console.log(String(error));
  process.exitCode = 1;
}
