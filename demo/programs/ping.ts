import { echo } from "./echo.ts";
import { tell } from "./tell.ts";

/** `node ping.mjs ADDRESS [MILLISECONDS]`: one ICMP echo; status 1 when there is no answer. */
const [address = "", patience = "10000"] = process.argv.slice(2);

await tell(echo(address, Number(patience)).then((trip) => `${address} answers after ${trip}`));
